package inlet

import (
	"strings"

	"sendbridge/core/rules/template"
)

// A Spec is what a rules file says of an inlet: how its sender is known, and what becomes of a body that is no
// CloudEvent. Section has checked that it has what its verifier needs, and nothing of another.
type Spec struct {
	Name      string   // of a-z, 0-9, - and _: it is served at /in/ and its name
	Verify    string   // the name of a verifier or of a preset
	SecretEnv []string // the environment variable with the secrets, or several with one each; none where the verifier has none

	Origins     []string // of handshakes and deliveries; empty is any
	Challenge   string   // the sender whose questions are answered; empty for none
	CloudEvents bool     // a body that is a CloudEvent is taken as one

	ID, Type, Source, Subject, Time *template.BodyText // nil where the file has none

	wholeSecrets bool               // each variable has one, whatever is in it
	unwrap       *template.BodyText // where in the body the data is; nil where it is the body
	unwrapFields bool               // texts of the body that are JSON are that JSON
	settings     settings           // those of the verifier
	facts        facts              // those of the verifier's sender
}

// Path is where the inlet is served.
func (s *Spec) Path() string { return "/in/" + s.Name }

// HasSecret says whether the verifier needs one.
func (s *Spec) HasSecret() bool {
	v := verifierOf(s.Verify)
	return v != nil && v.secret
}

func isName(name string) bool {
	return name != "" && len(name) <= 64 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}
