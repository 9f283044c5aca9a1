package inlet

import (
	"errors"
	"net/http"
	"strconv"
	"time"
)

// A verifier is one way for a sender to authenticate. It is a row of verifiers and a file with the row's functions, or a
// sender's row of presets.
type verifier struct {
	name   string   // the value of verify in a rules file
	secret bool     // it needs secretEnv
	types  bool     // the type of its events is known, so the file need not have it
	keys   []key    // its keys besides secretEnv, in the order in which missing ones are reported
	preset settings // settings that the sender determines
	open   func(input) (checks, error)

	sender
}

// verifiers are listed in this order by mistakes. Presets come after them.
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

// checks authenticate a request. A nil field means no check.
type checks struct {
	head  func(r *http.Request) error              // before the body is read
	body  func(r *http.Request, body []byte) error // body is the bytes as sent
	login string                                   // the scheme for WWW-Authenticate; empty for none
	ask   asker                                    // answers the sender's questions
}

// openVerifier makes the checks of a verifier. It returns an error for an unknown name or an unusable secret.
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

// verifierOf returns nil for an unknown name.
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
