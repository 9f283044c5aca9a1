package onstest

import (
	"testing"
	"time"
)

func TestNonces(t *testing.T) {
	now := start
	h := New(&Options{Now: func() time.Time { return now }, Keys: []Key{{ID: "other", Secret: "s"}}})
	once := func() *draft {
		d := newDraft()
		both("SignatureNonce", "X-Acs-Signature-Nonce", "once")(d)
		both("Timestamp", "X-Acs-Date", now.Format(dateFormat))(d)
		return d
	}
	wrong := once()
	wrong.key.Secret = "wrong"
	refused(t, h, wrong.v3(), 400, "SignatureDoesNotMatch")
	accepted(t, h, once().v3()) // a rejected call does not use up the nonce
	refused(t, h, once().v3(), 400, "SignatureNonceUsed")
	refused(t, h, once().v1(), 400, "SignatureNonceUsed")
	other := once()
	other.key = Key{ID: "other", Secret: "s"}
	accepted(t, h, other.v3())
	now = start.Add(2 * maxSkew)
	refused(t, h, once().v3(), 400, "SignatureNonceUsed")
	now = start.Add(5 * maxSkew)
	accepted(t, h, newDraftAt(now).v3())
	now = start.Add(10 * maxSkew)
	accepted(t, h, once().v3())
}

func newDraftAt(now time.Time) *draft {
	d := newDraft()
	both("Timestamp", "X-Acs-Date", now.Format(dateFormat))(d)
	return d
}

// A timestamp may be 15 minutes early and is valid for another 15 minutes, so its nonce must be kept that long.
func TestNoncesOutliveTheirTimestamps(t *testing.T) {
	var n nonces
	id := func(i byte) [28]byte { return [28]byte{i} }
	for i, minute := range []int{0, 14, 16, 32} {
		if !n.add(id(byte(i)), start.Add(time.Duration(minute)*time.Minute)) {
			t.Fatalf("nonce %d is reported as used", i)
		}
	}
	if n.add(id(1), start.Add((14+30)*time.Minute)) {
		t.Error("forgotten within half an hour")
	}
}

func TestNoncesAreBounded(t *testing.T) {
	var n nonces
	for i := range 2*maxNonces + 2 {
		if !n.add([28]byte{byte(i), byte(i >> 8), byte(i >> 16)}, start) {
			t.Fatalf("nonce %d is reported as used", i)
		}
	}
	if kept := len(n.young) + len(n.old); kept > 2*maxNonces {
		t.Errorf("%d nonces are kept", kept)
	}
}
