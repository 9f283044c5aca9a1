package inlet

import (
	"strings"

	"sendbridge/core/rules/template"
)

// A Spec is an inlet's part of a rules file: how its sender authenticates, and what becomes of a body that is not a
// CloudEvent. Section has checked that it has the keys that its verifier needs, and none of others.
type Spec struct {
	Name      string   // of a-z, 0-9, - and _; the inlet is served at /in/ and its name
	Verify    string   // the name of a verifier or of a preset
	SecretEnv []string // the environment variable with the secrets, or several with one each; empty if the verifier needs none

	Origins     []string // allowed origins of handshakes and deliveries; empty means any
	Challenge   string   // the kind of questions to answer; empty for none
	CloudEvents bool     // accept CloudEvents

	ID, Type, Source, Subject, Time *template.BodyText // nil if the file has none

	wholeSecrets bool               // each variable contains one secret, whatever its characters
	unwrap       *template.BodyText // where the data is in the body; nil if it is the whole body
	unwrapFields bool               // replace strings of the body that contain JSON by that JSON
	settings     settings           // of the verifier
	facts        facts              // of the verifier's sender
}

// Path returns the path at which the inlet is served.
func (s *Spec) Path() string { return "/in/" + s.Name }

// HasSecret reports whether the verifier needs a secret.
func (s *Spec) HasSecret() bool {
	v := verifierOf(s.Verify)
	return v != nil && v.secret
}

func isName(name string) bool {
	return name != "" && len(name) <= 64 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}
