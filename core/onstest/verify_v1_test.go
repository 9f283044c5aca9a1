package onstest

import (
	"net/http"
	"testing"
)

func TestRefusalsOfV1(t *testing.T) {
	for name, test := range map[string]struct{ param, value, code string }{
		"no signature":     {"Signature", "", "MissingSignature"},
		"no method":        {"SignatureMethod", "", "MissingSignatureMethod"},
		"no version":       {"SignatureVersion", "", "MissingSignatureVersion"},
		"other method":     {"SignatureMethod", "HMAC-SHA256", "InvalidSignatureMethod"},
		"other version":    {"SignatureVersion", "2.0", "InvalidSignatureVersion"},
		"another's secret": {"Signature", "g3yf/aOZdzx9EDNrM8VBgVFomos=", "SignatureDoesNotMatch"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDraft()
			d.common.Set(test.param, test.value)
			refused(t, still(Options{}), d.v1(), http.StatusBadRequest, test.code)
		})
	}
}

// The V1 SDK sends an empty SignatureType, signed like any other parameter, and headers that look like V3.
func TestOdditiesOfTheV1SDK(t *testing.T) {
	d := newDraft()
	d.common.Set("SignatureType", "")
	d.mangled = func(r *http.Request) {
		r.Header.Set("x-acs-action", action)
		r.Header.Set("x-acs-version", version)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	accepted(t, still(Options{}), d.v1())
}
