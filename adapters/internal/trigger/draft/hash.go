package draft

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
)

// Hash returns 32 hexadecimal digits that stand for parts: an id for what has none of its own. Other parts give another
// one, also when they read the same one after another.
func Hash(parts ...string) string {
	h := sha256.New()
	for _, part := range parts {
		h.Write(append(strconv.AppendInt(nil, int64(len(part)), 10), ':'))
		h.Write([]byte(part))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
