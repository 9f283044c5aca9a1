package webhook

import (
	"bytes"
	"errors"
	"io"
	"net/http"

	"github.com/tidwall/gjson"

	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
	"sendbridge/core/cloudevent"
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
	body, err := readBody(r)
	if err != nil {
		return nil, err
	}
	records, _, err := decodeInlet(spec, r, body)
	return records, err
}

// decodeInlet reads CloudEvents where the inlet takes them, and else makes an event of the body.
func decodeInlet(spec *inlet.Spec, r *http.Request, body []byte) ([]core.Record, mode, error) {
	if !spec.CloudEvents {
		return []core.Record{received(r, spec.Event(r.Header, body))}, raw, nil
	}
	m, err := modeOf(r.Header)
	switch {
	case err == nil:
		again := r.WithContext(r.Context())
		again.Body = io.NopCloser(bytes.NewReader(body))
		return decode(again)
	case isUnmarkedCloudEvent(body):
		e, err := cloudevent.DecodeEvent(body)
		return []core.Record{received(r, core.Record{Event: e})}, structured, malformed(err)
	case spec.Type == nil:
		return nil, m, err
	}
	return []core.Record{received(r, spec.Event(r.Header, body))}, raw, nil
}

// isUnmarkedCloudEvent finds a structured event that does not say so, as EventBridge's HTTP targets send them.
func isUnmarkedCloudEvent(body []byte) bool {
	if !jsontext.ValidBytes(body) {
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
