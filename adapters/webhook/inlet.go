package webhook

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/tidwall/gjson"

	"sendbridge/core"
)

// An Inlet is a way in of its own at /in/ and its name: its sender proves itself by the inlet's verifier, and what it
// sends becomes events as the rules file says. It is safe for concurrent use.
type Inlet struct {
	spec    core.Inlet
	verify  verifier
	origins origins
	fetch   fetcher
}

// InletOptions are what an inlet needs beside the rules file. The zero value works.
type InletOptions struct {
	Transport http.RoundTripper // to the hosts of vendors' certificates; nil is http.DefaultTransport
	Now       func() time.Time  // nil is time.Now
}

// NewInlet makes an inlet of what a rules file says and the secrets that its environment variable has. The error, which
// quotes none of them, says why they can't be: none, an empty one, or one of another form than its verifier's.
func NewInlet(spec core.Inlet, secrets []string, o *InletOptions) (*Inlet, error) {
	i := &Inlet{spec: spec, origins: newOrigins(spec.Origins)}
	p := proof{inlet: &i.spec, secrets: secrets, now: time.Now}
	if o == nil {
		o = &InletOptions{}
	}
	if o.Now != nil {
		p.now = o.Now
	}
	i.fetch = newFetcher(o.Transport)
	p.fetch = i.fetch
	var err error
	if i.verify, err = p.verifier(); err != nil {
		return nil, fmt.Errorf("inlet %q: %w", spec.Name, err)
	}
	return i, nil
}

// DecodeInlet is Decode for a request to an inlet: what the rules file says of it decides what its body becomes. Who
// sent the request is not looked at.
func DecodeInlet(spec *core.Inlet, r *http.Request) ([]core.Record, error) {
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	records, _, err := decodeInlet(spec, r, body)
	return records, err
}

// decodeInlet reads CloudEvents where the inlet takes them, and else makes an event of the body.
func decodeInlet(spec *core.Inlet, r *http.Request, body []byte) ([]core.Record, mode, error) {
	if !spec.CloudEvents {
		return []core.Record{plain(spec, r, body)}, bare, nil
	}
	m, err := modeOf(r.Header)
	switch {
	case err == nil:
		again := r.WithContext(r.Context())
		again.Body = io.NopCloser(bytes.NewReader(body))
		return decode(again)
	case isBareCloudEvent(body):
		e, err := core.DecodeEvent(body)
		return []core.Record{received(r, core.Record{Event: e})}, structured, malformed(err)
	case spec.Type == nil:
		return nil, m, err
	}
	return []core.Record{plain(spec, r, body)}, bare, nil
}

// isBareCloudEvent finds a structured event that does not say so, as EventBridge's HTTP targets send them.
func isBareCloudEvent(body []byte) bool {
	if !gjson.ValidBytes(body) {
		return false
	}
	object := gjson.ParseBytes(body)
	for _, name := range [...]string{"specversion", "id", "source", "type"} {
		if text(object, name) == "" {
			return false
		}
	}
	return true
}

// received adds to a record what the request says of it.
func received(r *http.Request, record core.Record) core.Record {
	record.Ingress, record.SenderWaits = ingressOf(r), true
	if record.Err == nil {
		traceContextOf(r.Header).addTo(&record.Event)
	}
	return record
}
