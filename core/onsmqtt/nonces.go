package onsmqtt

import (
	"crypto/rand"
	"encoding/hex"
)

const (
	nonceSize    = 32 // hexadecimal digits
	noncesAtOnce = 16
)

// randomNonces returns several nonces of 16 random bytes in one string, which needs only one allocation.
func randomNonces() string {
	var raw [noncesAtOnce * nonceSize / 2]byte
	_, _ = rand.Read(raw[:]) // crypto/rand promises never to return an error
	return hex.EncodeToString(raw[:])
}
