package webhook

import (
	"errors"
	"net/http"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
	"sendbridge/internal/charset"
	"sendbridge/internal/jsontext"
)

// A servedInlet is an inlet with the origins that its rules file allows.
type servedInlet struct {
	*inlet.Inlet
	origins origins
}

func serveInlets(list []*inlet.Inlet) map[string]*servedInlet {
	byPath := make(map[string]*servedInlet, len(list))
	for _, i := range list {
		byPath[i.Spec().Path()] = &servedInlet{i, newOrigins(i.Spec().Origins)}
	}
	return byPath
}

// DecodeInlet is Decode for a request to an inlet: the inlet's part of the rules file says what its body becomes. It
// does not authenticate the sender.
func DecodeInlet(spec *inlet.Spec, r *http.Request) ([]core.Record, error) {
	wire, err := readBody(r)
	if err != nil {
		return nil, err
	}
	b, err := bodyAt(spec, r.Header, wire, defaultMaxBody)
	if err != nil {
		return nil, err
	}
	records, _, err := decodeInlet(spec, r, b)
	return records, err
}

// A bodyOfInlet is a body and the way in which it carries events.
type bodyOfInlet struct {
	content
	mode    mode
	noEvent error // why it is not a CloudEvent, if the inlet accepts them
}

// bodyAt decodes a body after its sender has authenticated, because signatures cover the bytes as sent.
func bodyAt(spec *inlet.Spec, h http.Header, wire []byte, limit int64) (b bodyOfInlet, err error) {
	if spec.CloudEvents {
		if b.mode, b.noEvent = modeOf(h); b.noEvent == nil {
			b.content, err = contentOf(h, wire, limit)
			return b, err
		}
	}
	b.mode = raw
	if b.content, err = contentAtInlet(h, wire, limit); err != nil {
		return b, err
	}
	switch {
	case charset.IsLines(h.Get("Content-Type")):
		b.mode = lines
	case spec.CloudEvents && isUnmarkedCloudEvent(b.body):
		b.mode = structured
	}
	return b, nil
}

// decodeInlet reads CloudEvents if the inlet accepts them, or else makes an event of the body or of each of its lines.
func decodeInlet(spec *inlet.Spec, r *http.Request, b bodyOfInlet) ([]core.Record, mode, error) {
	switch {
	case b.mode == lines:
		records, err := decodeLines(spec, r, b)
		return records, b.mode, err
	case b.mode == raw && spec.TakesEventGrid() && inlet.IsEventGrid(b.body):
		records, err := decodeEventGrid(spec, r, b.body)
		return records, lines, err
	case b.mode != raw:
		return decodeContent(r, b.mode, b.content)
	case b.noEvent != nil && spec.Type == nil:
		return nil, b.mode, b.noEvent
	}
	return []core.Record{received(r, spec.Event(r.Header, b.mediaType, b.body))}, b.mode, nil
}

// isUnmarkedCloudEvent reports whether a body is a structured event without the media type, as EventBridge's HTTP
// targets send them.
func isUnmarkedCloudEvent(body []byte) bool {
	if !jsontext.Valid(body) {
		return false
	}
	object := gjson.ParseBytes(body)
	for _, name := range [...]string{"specversion", "id", "source", "type"} {
		if v := object.Get(name); v.Type != gjson.String || v.Str == "" {
			return false
		}
	}
	return true
}

// received adds to a record the properties of its request.
func received(r *http.Request, record core.Record) core.Record {
	record.Ingress, record.SenderWaits = ingressOf(r), true
	if record.Err == nil {
		traceContextOf(r.Header).addTo(&record.Event)
	}
	return record
}

// refusal converts an inlet's error to a requestError. It returns any other error unchanged.
func refusal(err error) error {
	e := (*inlet.Error)(nil)
	if !errors.As(err, &e) {
		return err
	}
	status := http.StatusUnauthorized
	if e.Later {
		status = http.StatusServiceUnavailable
	}
	return &requestError{status: status, code: e.Code, text: e.Text, cause: e.Cause}
}

// answerQuestion answers a question that a sender asks before it sends events.
func answerQuestion(reply inlet.Reply) answer {
	switch {
	case reply.JSON != nil:
		return answer{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}}, body: encode(reply.JSON)}
	case reply.Text != "":
		return answer{status: http.StatusOK, header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}, "X-Content-Type-Options": {"nosniff"}}, body: []byte(reply.Text)}
	}
	return answer{status: http.StatusOK}
}

// loginAt returns the authentication scheme for WWW-Authenticate. It is empty for senders that sign.
func (t *target) loginAt(r *http.Request) string {
	if at := t.inlets[r.URL.Path]; at != nil {
		return at.Login()
	}
	return "Bearer"
}
