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

// A servedInlet is an inlet with the origins that its rules file lets in.
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

// DecodeInlet is Decode for a request to an inlet: what the rules file says of it decides what its body becomes. Who
// sent the request is not looked at.
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

// A bodyOfInlet is a body of which it is known how it carries events.
type bodyOfInlet struct {
	content
	mode    mode
	noEvent error // why it is no CloudEvent, where the inlet takes them
}

// bodyAt looks at a body whose sender has proven itself, which senders do by the bytes that they sent.
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

// decodeInlet reads CloudEvents where the inlet takes them, and else makes an event of the body, or of each of its lines.
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

// isUnmarkedCloudEvent finds a structured event that does not say so, as EventBridge's HTTP targets send them.
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

// received adds to a record what the request says of it.
func received(r *http.Request, record core.Record) core.Record {
	record.Ingress, record.SenderWaits = ingressOf(r), true
	if record.Err == nil {
		traceContextOf(r.Header).addTo(&record.Event)
	}
	return record
}

// refusal makes an answer's fault of an inlet's error; any other error stays as it is.
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

// answerQuestion gives a sender the reply to what it asked before it sends events.
func answerQuestion(reply inlet.Reply) answer {
	switch {
	case reply.JSON != nil:
		return answer{status: http.StatusOK, header: http.Header{"Content-Type": {"application/json"}}, body: encode(reply.JSON)}
	case reply.Text != "":
		return answer{status: http.StatusOK, header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}, "X-Content-Type-Options": {"nosniff"}}, body: []byte(reply.Text)}
	}
	return answer{status: http.StatusOK}
}

// loginAt is the scheme by which senders say who they are; empty where they sign.
func (t *target) loginAt(r *http.Request) string {
	if at := t.inlets[r.URL.Path]; at != nil {
		return at.Login()
	}
	return "Bearer"
}
