package onsmqtt

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// A Signature says how requests are signed and where their parameters are: "auto", which is the default, "v3", "v3-form" or
// "v1".
//
// Auto is V3 with the parameters in the query, byte for byte like the official SDK, if the encoded request target has at
// most 4096 bytes, or else V1 with all parameters in a form. The others are used for every request: V3 in the query, V3 in
// a form, V1 in a form.
type Signature string

const (
	signatureAuto   Signature = "auto"
	signatureV3     Signature = "v3"
	signatureV3Form Signature = "v3-form"
	signatureV1     Signature = "v1"
)

// Options are New's optional settings. The zero value works.
type Options struct {
	Signature   Signature         // default "auto"
	UserAgent   string            // default "sendbridge"
	Concurrency int               // number of idle connections to keep; default 32
	Transport   http.RoundTripper // default is the client's own; another one must not repeat requests
	Insecure    bool              // allows http:// to other hosts than loopback

	now    func() time.Time
	nonces func() string
}

func (o *Options) withDefaults() (Options, error) {
	var d Options
	if o != nil {
		d = *o
	}
	d.Signature = cmp.Or(d.Signature, signatureAuto)
	d.UserAgent = cmp.Or(d.UserAgent, "sendbridge")
	if d.Concurrency <= 0 {
		d.Concurrency = 32
	}
	if d.Transport == nil {
		d.Transport = newTransport(d.Concurrency)
	}
	if d.now == nil {
		d.now = time.Now
	}
	if d.nonces == nil {
		d.nonces = randomNonces
	}
	return d, d.check()
}

func (o *Options) check() error {
	switch o.Signature {
	case signatureAuto, signatureV3, signatureV3Form, signatureV1:
	default:
		return fmt.Errorf("signature %q: want auto, v3, v3-form or v1", o.Signature)
	}
	if strings.ContainsFunc(o.UserAgent, func(r rune) bool { return r != ' ' && unprintable(r) }) {
		return fmt.Errorf("user agent %q: want printable ASCII", o.UserAgent)
	}
	return nil
}
