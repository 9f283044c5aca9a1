package inlet

import (
	"errors"
	"net/http"
	"strconv"
	"time"
)

// A verifier is one way for a sender to prove itself. It is a row of verifiers, and a file with the functions that the row
// names; or it is a sender's, by a row of presets.
type verifier struct {
	name   string   // what verify is in a rules file
	secret bool     // it needs secretEnv
	types  bool     // its sender is known well enough to name the type of its events, so that the file need not
	keys   []key    // of the file, beside secretEnv; the order is that in which missing ones are told
	preset settings // what its sender has decided, beside keys
	open   func(input) (checks, error)

	sender
}

// verifiers are in the order in which a mistake lists them. Those of presets come after them.
var verifiers = [...]verifier{
	{name: "bearer", secret: true, open: openBearer},
	{name: "basic", secret: true, open: openBasic},
	{name: "token", secret: true, keys: tokenKeys, open: openToken},
	{name: "hmac", secret: true, keys: hmacKeys, open: openHMAC},
	{name: "jwt", keys: jwtKeys, open: openJWT},
	{name: "eventbridge", secret: true, keys: eventBridgeKeys, open: openEventBridge},
	{name: "sns", types: true, keys: snsKeys, open: openSNS, sender: sender{event: snsEvent}},
	{name: "none", keys: noneKeys, open: openNone},
}

// An input is what a verifier is made from.
type input struct {
	settings settings
	secrets  []string
	now      func() time.Time
	fetch    fetcher
}

// checks show who sent a request. What is nil has nothing to say.
type checks struct {
	head  func(r *http.Request) error              // before the body is read
	body  func(r *http.Request, body []byte) error // the body as it came
	login string                                   // the scheme that a WWW-Authenticate asks for; empty for none
	ask   asker                                    // what the sender asks before it sends events

	covers func(header string) bool // whether what is proven includes a header; nil for no header
}

// openVerifier makes the checks of a verifier. The error is for a name that is not known, or a secret that it can't use.
func openVerifier(name string, in input) (checks, error) {
	v := verifierOf(name)
	if v == nil {
		return checks{}, errors.New("verify " + strconv.Quote(name) + " is not known")
	}
	if v.secret && len(in.secrets) == 0 {
		return checks{}, errors.New("no secret is given")
	}
	for _, s := range in.secrets {
		if s == "" {
			return checks{}, errors.New("a secret is empty")
		}
	}
	if v.preset != nil {
		in.settings = in.settings.over(v.preset)
	}
	return v.open(in)
}

// verifierOf is nil for a name that is not known.
func verifierOf(name string) *verifier {
	for i := range verifiers {
		if verifiers[i].name == name {
			return &verifiers[i]
		}
	}
	return presetOf(name)
}

func verifierNames() []string {
	names := make([]string, 0, len(verifiers)+len(presets))
	for i := range verifiers {
		names = append(names, verifiers[i].name)
	}
	for i := range presets {
		names = append(names, presets[i].name)
	}
	return names
}
