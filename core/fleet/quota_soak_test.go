//go:build soak

package fleet

import "testing"

func TestSoakFortyProcessesKeepTheQuota(t *testing.T) {
	quotaTest{"forty processes", Limits{1000, 300, ""}, each(40, 100), 985}.run(t)
}
