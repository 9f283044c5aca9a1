package inlet

import (
	"errors"
	"net/http"
	"strconv"
	"time"

	"github.com/tidwall/gjson"
)

// A verifier is one way for a sender to prove itself. It is a row of verifiers, and a file with the functions that the row
// names.
type verifier struct {
	name   string   // what verify is in a rules file
	secret bool     // it needs secretEnv
	types  bool     // its sender is known well enough to name the type of its events, so that the file need not
	keys   []key    // of the file, beside secretEnv; the order is that in which missing ones are told
	preset settings // what its sender has decided, in place of keys
	open   func(input) (checks, error)

	event     func(h http.Header, body gjson.Result) attributes // what the sender's own format gives; nil for nothing
	formField string                                            // the field of a form that has its JSON; empty for none
}

// verifiers are in the order in which a mistake lists them.
var verifiers = [...]verifier{
	{name: "bearer", secret: true, open: openBearer},
	{name: "basic", secret: true, open: openBasic},
	{name: "standard", secret: true, open: openStandard, event: standardEvent},
	{name: "github", secret: true, types: true, preset: githubPreset, open: openHMAC, event: githubEvent, formField: "payload"},
	{name: "stripe", secret: true, types: true, open: openStripe, event: stripeEvent},
	{name: "hmac", secret: true, keys: hmacKeys, open: openHMAC},
	{name: "eventbridge", secret: true, keys: eventBridgeKeys, open: openEventBridge},
	{name: "sns", types: true, keys: snsKeys, open: openSNS, event: snsEvent},
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
		in.settings = v.preset
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
	return nil
}

func verifierNames() []string {
	names := make([]string, len(verifiers))
	for i := range verifiers {
		names[i] = verifiers[i].name
	}
	return names
}
