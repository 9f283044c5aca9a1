package scalar

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseDecimal(t *testing.T) {
	for text, want := range map[string]bool{
		"0": true, "-0": true, "0.0": true, "10": true, "1e5": true, "1E+5": true, "-1.50e-05": true, "0e0": true,
		"": false, "-": false, "+1": false, "01": false, "-01": false, ".5": false, "5.": false, "1e": false, "1e+": false, "e5": false, "1_0": false,
		"0x10": false, " 1": false, "1 ": false, "1e5.0": false, "1e+-5": false, "1e-+5": false, "--1": false, "Infinity": false, "NaN": false, "1a": false, "1.e5": false,
	} {
		if _, ok := ParseDecimal(text); ok != want {
			t.Errorf("parseDecimal(%q) = %v, want %v", text, ok, want)
		}
	}
}

func TestDecimalCompare(t *testing.T) {
	// Each row is less than the next; the numbers in a row are equal.
	ascending := [][]string{
		{"-1e99999999999999999999"}, {"-1e400", "-10e399"}, {"-12"}, {"-1.5"}, {"-1", "-1.0", "-10e-1"}, {"-1e-400"},
		{"0", "-0", "0.000", "0e5", "-0e-5", "0e99999999999999999999"},
		{"1e-99999999999999999999"}, {"1e-400", "0.1e-399"}, {"0.001", "1e-3"}, {"0.1", "0.10", "1E-1"}, {"1", "1.0", "1e0", "0.01e2", "100e-2"}, {"1.05"}, {"1.5"}, {"12"},
		{"100", "1e2", "1E+2"}, {"9007199254740992"}, {"9007199254740992.5"}, {"9007199254740993"}, {"1e400"}, {"1.5e400", "15e399", "1.50e400"}, {"1e99999999999999999999"},
	}
	for i, row := range ascending {
		for j, other := range ascending {
			for _, a := range row {
				for _, b := range other {
					x, _ := ParseDecimal(a)
					y, _ := ParseDecimal(b)
					if got := x.Compare(y); (got < 0) != (i < j) || (got > 0) != (i > j) {
						t.Errorf("%s compared to %s: %d", a, b, got)
					}
				}
			}
		}
	}
}

func TestDecimalAgreesWithRationals(t *testing.T) {
	written := rapid.StringMatching(`-?(0|[1-9][0-9]{0,4}|10{0,20})(\.[0-9]{0,3}[0-9])?([eE][+-]?[0-9]{1,2})?`)
	rapid.Check(t, func(t *rapid.T) {
		a, b := written.Draw(t, "a"), written.Draw(t, "b")
		x, okX := ParseDecimal(a)
		y, okY := ParseDecimal(b)
		if !okX || !okY {
			t.Fatalf("%s or %s was refused", a, b)
		}
		r, _ := new(big.Rat).SetString(a)
		s, _ := new(big.Rat).SetString(b)
		if got, want := x.Compare(y), r.Cmp(s); (got < 0) != (want < 0) || (got > 0) != (want > 0) {
			t.Fatalf("%s compared to %s: %d, want %d", a, b, got, want)
		}
	})
}

// An overflowing exponent must not wrap around to a small one.
func TestDecimalHugeExponents(t *testing.T) {
	limit, _ := ParseDecimal("1e999999999999")
	for _, exponent := range []string{"1000000000000", "9223372036854775808", "18446744073709551617", "1" + strings.Repeat("0", 300) + "1"} {
		if d, ok := ParseDecimal("1e" + exponent); !ok || d.Compare(limit) <= 0 {
			t.Errorf("1e%s is not more", exponent)
		}
		if d, ok := ParseDecimal("1e-" + exponent); !ok || d.Compare(limit) >= 0 || d.sign() != 1 {
			t.Errorf("1e-%s is not between", exponent)
		}
	}
}

func TestDecimalCostsNothing(t *testing.T) {
	limit, _ := ParseDecimal("1e400")
	long := "1" + strings.Repeat("0", 1000) + "e999999999999"
	if allocs := testing.AllocsPerRun(10, func() {
		if d, ok := ParseDecimal(long); !ok || d.Compare(limit) <= 0 {
			t.Error("is not more than 1e400")
		}
	}); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}
