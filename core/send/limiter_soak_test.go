//go:build soak

package send_test

import "testing"

func TestSoakNoSecondAboveTheRate(t *testing.T) { checkNoSecondAboveTheRate(t, 600) }

func TestSoakTheRateOfAnAddressIsFound(t *testing.T) { checkTheRateIsFound(t, 10, 300) }

func TestSoakTriesDoNotKeepAnAddressBlocked(t *testing.T) { checkTriesOfABlock(t, 50) }
