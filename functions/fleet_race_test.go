//go:build race

package functions_test

import "time"

// With the race detector everything takes ten times as long.
const (
	overload = 2
	brief    = 6 * time.Second
	cutDown  = " (less than without the race detector)"
)
