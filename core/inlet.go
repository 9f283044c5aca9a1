package core

import "strings"

// An Inlet is what a rules file says of a way in over HTTP: how its sender is known, and what becomes of a body that is
// no CloudEvent. What a file must say for its verifier, and must not, was checked when it was read.
type Inlet struct {
	Name      string // of a-z, 0-9, - and _: it is served at /in/ and its name
	Verify    string // one of those that Verifiers lists
	SecretEnv string // the environment variable with the secrets, commas between; empty where the verifier has none

	Header, Hash, Encoding, Prefix string   // of hmac
	URL, Region                    string   // of eventbridge: what it calls, and where it runs
	SignatureV1                    bool     // of eventbridge: its first signature counts too
	TopicARNs                      []string // of sns: those that are confirmed and received

	Origins     []string // of handshakes and deliveries; none is any
	Challenge   string   // one of those that Challenges lists, whose questions are answered; empty for none
	CloudEvents bool     // a body that is a CloudEvent is one

	IDHeader                        string    // has the event's id
	ID, Type, Source, Subject, Time *BodyText // nil where the file has none
}

// Path is where the inlet is served.
func (i *Inlet) Path() string { return "/in/" + i.Name }

// HasSecret says whether the verifier needs one.
func (i *Inlet) HasSecret() bool { return needsSecret(i.Verify) }

// Verifiers are the words that verify may be.
func Verifiers() []string {
	return []string{"bearer", "basic", "standard", "github", "stripe", "hmac", "eventbridge", "sns", "none"}
}

// Challenges are the words that challenge may be.
func Challenges() []string { return []string{"eventgrid", "slack"} }

func needsSecret(verify string) bool { return verify != "sns" && verify != "none" }

// ownKeys are the keys that only one verifier has.
func ownKeys(verify string) (required, optional []string) {
	switch verify {
	case "hmac":
		return []string{"header"}, []string{"hash", "encoding", "prefix"}
	case "eventbridge":
		return []string{"url", "region"}, []string{"signatureV1"}
	case "sns":
		return []string{"topicArns"}, nil
	}
	return nil, nil
}

// typesItself says whether the verifier's sender is known well enough to name the type of its events.
func typesItself(verify string) bool {
	return verify == "github" || verify == "stripe" || verify == "sns"
}

func isInletName(name string) bool {
	return name != "" && len(name) <= 64 && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_") == ""
}
