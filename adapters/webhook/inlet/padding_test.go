package inlet

import (
	"bytes"
	"math/big"
	"testing"
)

// The block that a private key encrypts must be 0, 1, at least eight bytes of 255, 0 and the secret.
func TestThePaddingOfASealedSecret(t *testing.T) {
	key, err := SharedKey()
	if err != nil {
		t.Fatal(err)
	}
	const size = 256
	seal := func(block []byte) []byte {
		return new(big.Int).Exp(new(big.Int).SetBytes(block), key.D, key.N).FillBytes(make([]byte, size))
	}
	// block pads the secret with zeros to the size of the key.
	block := func(kind byte, padding []byte, rest string) []byte {
		b := append(append([]byte{0, kind}, padding...), rest...)
		return append(b, make([]byte, size-len(b))...)
	}
	full := bytes.Repeat([]byte{255}, size-3-len("secret"))
	broken, text := bytes.Clone(full), bytes.Clone(full)
	broken[100], text[100] = 254, 'x'
	for name, c := range map[string]struct {
		block []byte
		want  string // empty: rejected
	}{
		"as it should be":     {block(1, full, "\x00secret"), "secret"},
		"eight of padding":    {block(1, full[:8], "\x00secret"), "secret" + string(make([]byte, size-17))},
		"seven of padding":    {block(1, full[:7], "\x00secret"), ""},
		"no padding":          {block(1, nil, "\x00secret"), ""},
		"a byte of 254":       {block(1, broken, "\x00secret"), ""},
		"a byte of text":      {block(1, text, "\x00secret"), ""},
		"the type of secrets": {block(2, full, "\x00secret"), ""},
		"no type":             {block(0, full, "\x00secret"), ""},
		"no end":              {block(1, bytes.Repeat([]byte{255}, size-2), ""), ""},
		"an empty secret":     {block(1, bytes.Repeat([]byte{255}, size-3), "\x00"), ""},
		"a number too large":  {append([]byte{0x10}, block(1, full, "\x00secret")[1:]...), ""},
	} {
		got, ok := openWithPublicKey(&key.PublicKey, seal(c.block))
		if ok != (c.want != "") || ok && string(got) != c.want {
			t.Errorf("%s: %q, %t", name, got, ok)
		}
	}
	sealed := seal(block(1, full, "\x00secret"))
	for name, other := range map[string][]byte{
		"one byte more":      append([]byte{0}, sealed...),
		"the modulus itself": key.N.Bytes(),
		"nothing":            nil,
	} {
		if got, ok := openWithPublicKey(&key.PublicKey, other); ok {
			t.Errorf("%s: %q", name, got)
		}
	}
}
