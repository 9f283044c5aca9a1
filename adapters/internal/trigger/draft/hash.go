package draft

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// Hash returns an id of 32 hexadecimal digits for an event without one. Different parts give different ids, even if their
// concatenations are equal.
func Hash(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write(append(strconv.AppendInt(nil, int64(len(part)), 10), ':'))
		h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
