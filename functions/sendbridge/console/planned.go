package console

import (
	"encoding/json"
	"time"
	"unicode/utf8"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules"
)

// maxMessage is the size limit of the API for a payload, in bytes.
const maxMessage = 65_536

// maxShown limits the rules that did not match, and the messages of a rule, in an answer to the page.
const maxShown = 200

// A planned holds the messages that one rule makes of an event.
type planned struct {
	Rule     string    `json:"rule"`
	Matches  bool      `json:"matches"`
	Mismatch string    `json:"mismatch,omitempty"` // the first clause that failed, and the event's value
	Messages []message `json:"messages,omitempty"`
	LeftOut  int       `json:"leftOut,omitempty"` // number of further messages
}

// A message is a message that a rule made of an event and, if it was sent, its outcome.
type message struct {
	Rule      string    `json:"rule"`
	Element   int       `json:"element"` // -1 if the rule has no each
	Topic     string    `json:"topic"`
	Payload   string    `json:"payload"`
	Pretty    string    `json:"pretty,omitempty"` // indented JSON
	Bytes     int       `json:"bytes"`
	Limit     int       `json:"limit"`
	MsgID     string    `json:"msgId,omitempty"`
	RequestID string    `json:"requestId,omitempty"`
	Duplicate bool      `json:"duplicate,omitempty"`
	Calls     int       `json:"calls,omitempty"` // number of calls made
	Attempts  []attempt `json:"attempts,omitempty"`
	Devices   []device  `json:"devices,omitempty"`
	Error     *problem  `json:"error,omitempty"`
}

// An attempt is one attempt to send a message. If no call was made, the error says so.
type attempt struct {
	Waited float64 `json:"waited"` // milliseconds waited before it
	Took   float64 `json:"ms"`
	Code   string  `json:"code,omitempty"`
	Text   string  `json:"text,omitempty"` // empty if the API accepted the message
}

func attemptsOf(tries []core.Try) (list []attempt) {
	for _, t := range tries {
		a := attempt{Waited: ms(t.Waited), Took: ms(t.Took)}
		if t.Err != nil {
			a.Code, a.Text = fault.Of(t.Err).Code, t.Err.Error()
		}
		list = append(list, a)
	}
	return list
}

// A problem is an error with the fields that the log prints.
type problem struct {
	Text      string `json:"text"`
	Code      string `json:"code,omitempty"`
	Class     string `json:"class,omitempty"`
	Actor     string `json:"actor,omitempty"`
	Advice    string `json:"advice,omitempty"`
	RequestID string `json:"requestId,omitempty"`
}

func problemOf(err error) *problem {
	if err == nil {
		return nil
	}
	f := fault.Of(err)
	return &problem{err.Error(), f.Code, f.Class, f.Actor, f.Advice, f.RequestID}
}

func messageOf(d *core.Delivery) message {
	return message{
		Rule: d.Rule, Element: d.Element, Topic: d.Topic, Payload: text(d.Payload), Pretty: pretty(d.Payload), Bytes: len(d.Payload), Limit: maxMessage,
		MsgID: d.MsgID, RequestID: d.RequestID, Duplicate: d.Duplicate, Calls: d.Attempts, Attempts: attemptsOf(d.Tries), Error: problemOf(d.Err),
	}
}

// plan returns what each rule makes of an event: first the rules that match, then as many of the others as a page can
// show. An error means that no rule was evaluated.
func plan(set *rules.Set, r *core.Record, now time.Time) (list []planned, leftOut int, err error) {
	plans, err := set.Plans(r, now)
	if err != nil {
		return nil, 0, err
	}
	var others []planned
	for _, p := range plans {
		switch {
		case p.Mismatch == "":
			list = append(list, plannedOf(p))
		case len(others) < maxShown:
			others = append(others, planned{Rule: p.Rule, Mismatch: p.Mismatch})
		default:
			leftOut++
		}
	}
	return append(list, others...), leftOut, nil
}

func plannedOf(p rules.Plan) planned {
	shown := p.Deliveries[:min(len(p.Deliveries), maxShown)]
	v := planned{Rule: p.Rule, Matches: true, LeftOut: len(p.Deliveries) - len(shown)}
	for i := range shown {
		v.Messages = append(v.Messages, messageOf(&shown[i]))
	}
	return v
}

// eventJSON returns an event in the CloudEvents JSON format, indented.
func eventJSON(r *core.Record) string {
	if r.Err != nil || r.Event.Context == nil {
		return text(string(r.Raw))
	}
	encoded := string(cloudevent.EncodeEvent(r.Event))
	if indented := pretty(encoded); indented != "" {
		return indented
	}
	return encoded
}

// pretty returns indented JSON. It returns an empty string for other text, and if the nesting is so deep that
// indentation would multiply the size.
func pretty(s string) string {
	const deepest = 64
	var depth, most int
	for _, b := range []byte(s) {
		switch b {
		case '{', '[':
			depth++
			most = max(most, depth)
		case '}', ']':
			depth--
		}
	}
	if s == "" || s[0] != '{' && s[0] != '[' || most > deepest || !json.Valid([]byte(s)) {
		return ""
	}
	return indent(s)
}

// text returns a string that the page can show.
func text(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	return quoted(s)
}
