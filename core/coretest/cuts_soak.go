//go:build soak

package coretest

const mostCuts = 500
