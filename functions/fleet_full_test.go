//go:build !race

package functions_test

import "time"

const (
	overload = 5 // offered load in multiples of the quota
	brief    = 6 * time.Second
	cutDown  = ""
)
