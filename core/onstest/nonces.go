package onstest

import (
	"crypto/sha256"
	"time"
)

// maxNonces limits one generation of nonces. Two generations are kept.
const maxNonces = 1 << 18

// nonces records used nonces in two generations. A nonce is kept for at least twice the allowed skew, after which its
// timestamp has expired, unless more than maxNonces others arrive before.
type nonces struct {
	young, old map[[sha256.Size224]byte]struct{}
	since      time.Time
}

// useNonce rejects a nonce that the key has used before. It is called only after the signature was verified, so that
// nobody else can use up a nonce.
func (h *Handler) useNonce(keyID, nonce string, now time.Time) *refusal {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.nonces.add(sha256.Sum224([]byte(keyID+"\n"+nonce)), now) {
		return refuse("SignatureNonceUsed")
	}
	return nil
}

func (n *nonces) add(id [sha256.Size224]byte, now time.Time) bool {
	if n.young == nil || now.Sub(n.since) > 2*maxSkew || len(n.young) >= maxNonces {
		n.old, n.young, n.since = n.young, map[[sha256.Size224]byte]struct{}{}, now
	}
	if _, used := n.young[id]; used {
		return false
	}
	if _, used := n.old[id]; used {
		return false
	}
	n.young[id] = struct{}{}
	return true
}
