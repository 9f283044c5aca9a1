//go:build soak

package fleet

import "testing"

func TestSoakFortyProcessesKeepTheQuota(t *testing.T) {
	for _, tt := range []quotaTest{
		{"own addresses", Limits{1000, 300, ""}, each(40, 100), 985},
		{"one address", Limits{1000, 300, "nat"}, each(40, 30), 291},
	} {
		t.Run(tt.name, tt.run)
	}
}
