package functions

import (
	"fmt"
	"strconv"
	"strings"
)

// Bytes is a size: a whole number of bytes, KiB or MiB.
type Bytes int64

// UnmarshalText parses 65536, 64KiB or 1MiB.
func (b *Bytes) UnmarshalText(text []byte) error {
	number, unit := string(text), int64(1)
	for suffix, size := range map[string]int64{"KiB": 1 << 10, "MiB": 1 << 20} {
		if n, ok := strings.CutSuffix(number, suffix); ok {
			number, unit = n, size
			break
		}
	}
	n, err := strconv.ParseInt(strings.TrimSpace(number), 10, 32)
	if err != nil {
		return fmt.Errorf("size %q: want bytes, or a number with KiB or MiB", text)
	}
	*b = Bytes(n * unit)
	return nil
}
