//go:build soak

package coretest

const (
	mostCuts   = 250
	mostValues = 50
)
