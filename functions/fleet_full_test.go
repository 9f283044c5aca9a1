//go:build !race

package functions_test

import "time"

const (
	overload = 5 // offered load in multiples of the quota
	brief    = 4 * time.Second
	cutDown  = ""
)
