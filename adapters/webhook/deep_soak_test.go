//go:build soak

package webhook_test

import "testing"

func TestSoakUnauthenticatedDeepBodiesAreNotParsed(t *testing.T) { checkDeepBodies(t, 1_000_000) }
