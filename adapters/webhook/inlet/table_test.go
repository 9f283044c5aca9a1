package inlet

import (
	"encoding/base64"
	"slices"
	"strings"
	"testing"

	"sendbridge/core/rules/template"
)

// Each row of the table is complete: it has a unique name, makes its checks from a secret, and its keys are not those of
// every inlet.
func TestEveryRowIsComplete(t *testing.T) {
	secret := "user:" + base64.StdEncoding.EncodeToString([]byte("password"))
	for i, v := range verifiers {
		if strings.Trim(v.name, "abcdefghijklmnopqrstuvwxyz") != "" || slices.Index(verifierNames(), v.name) != i {
			t.Errorf("row %d: the name %q", i, v.name)
		}
		given := secret
		if v.name == "standard" {
			given = "whsec_" + base64.StdEncoding.EncodeToString([]byte(secret))
		}
		if _, err := New(Spec{Name: "in", Verify: v.name}, []string{given}, nil); err != nil {
			t.Errorf("%s: %v", v.name, err)
		}
		if _, err := New(Spec{Name: "in", Verify: v.name}, nil, nil); (err != nil) != v.secret {
			t.Errorf("%s without a secret: %v", v.name, err)
		}
		for _, k := range v.keys {
			if k.read == nil || slices.Contains([]string{"verify", "secretEnv", "origins", "challenge", "cloudevents", "id", "type", "source", "subject", "time"}, k.name) {
				t.Errorf("%s: the key %q", v.name, k.name)
			}
		}
		if v.types && v.event == nil {
			t.Errorf("%s names types, and nothing gives them", v.name)
		}
	}
	for i, p := range presets {
		if strings.Trim(p.name, "abcdefghijklmnopqrstuvwxyz") != "" || slices.Index(verifierNames(), p.name) != len(verifiers)+i || verifierOf(p.by) == nil {
			t.Errorf("row %d: the name %q", i, p.name)
		}
		if p.challenge != "" && challengeOf(p.challenge).name == "" {
			t.Errorf("%s: the challenge %q is not known", p.name, p.challenge)
		}
		for _, texts := range [][]string{p.id, p.kind, p.source, p.subject, p.time} {
			for _, text := range texts {
				if _, err := template.ParseBodyText(text); err != nil {
					t.Errorf("%s: %s: %v", p.name, text, err)
				}
			}
		}
		for name := range p.settings {
			if p.by == "hmac" && name != "publicKeyPrefix" && name != "bodyOnly" && !slices.ContainsFunc(hmacKeys, func(k key) bool { return k.name == name }) {
				t.Errorf("%s: no key of hmac: %q", p.name, name)
			}
		}
	}
	if _, err := New(Spec{Name: "in", Verify: "githup"}, []string{secret}, nil); err == nil || strings.Contains(err.Error(), secret) {
		t.Errorf("a verifier that is not known: %v", err)
	}
}
