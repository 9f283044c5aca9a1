package alifc

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"sendbridge/core"
	"sendbridge/core/coretest"
)

// Invalid CBOR is a broken batch, unless the settings say that payloads are generic. A valid batch is one in both cases.
func TestWhatStartsLikeCBOR(t *testing.T) {
	read := func(name string) string {
		raw, err := os.ReadFile(filepath.Join("testdata", "tablestore", name))
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	unset, stated := newTable(nil), newTable(&SourceOptions{Trigger: sourceGeneric, Type: "t", Source: "/s"})
	for _, c := range []struct{ name, payload, unset, stated string }{
		{"a batch", read("definite.cbor"), "tablestore", "tablestore"},
		{"a batch with a tag", read("indefinite-tagged.cbor"), "tablestore", "tablestore"},
		{"a batch that is cut off", read("cut.cbor"), "tablestore", "generic"},
		{"an empty map", "\xa0", "tablestore", "generic"},
		{"a map whose length is cut off", "\xb8", "tablestore", "generic"},
		{"an empty map of no stated length", "\xbf\xff", "tablestore", "generic"},
		{"the tag alone", "\xd9\xd9\xf7", "tablestore", "generic"},
		{"half the tag", "\xd9\xd9", "generic", "generic"},
		{"a list", "\x9f\xff", "generic", "generic"},
		{"another tag", "\xc0\x61a", "generic", "generic"},
	} {
		if got := unset.Of([]byte(c.payload)).Name; got != c.unset {
			t.Errorf("%s goes to %s, want %s", c.name, got, c.unset)
		}
		if got := stated.Of([]byte(c.payload)).Name; got != c.stated {
			t.Errorf("%s, as generic: goes to %s, want %s", c.name, got, c.stated)
		}
	}
}

func TestPayloadsOfTimers(t *testing.T) {
	for member, want := range map[string]string{
		``:                        ` of ""`,
		`,"payload":null`:         ` of ""`,
		`,"payload":""`:           ` of ""`,
		`,"payload":"text"`:       `text of "text/plain"`,
		`,"payload":"{\"a\":1}"`:  `{"a":1} of "application/json"`,
		`,"payload":{"a": 1}`:     `{"a": 1} of "application/json"`,
		`,"payload":21.50`:        `21.50 of "application/json"`,
		`,"payload":"null"`:       `null of "application/json"`,
		`,"payload":false`:        `false of "application/json"`,
		`,"payload":["a", "b\n"]`: `["a", "b\n"] of "application/json"`,
	} {
		payload := []byte(`{"triggerTime":"2026-01-31T12:00:00Z","triggerName":"n"` + member + `}`)
		row := newTable(nil).Of(payload)
		records, err := row.Decode(payload, coretest.Invocation)
		if row.Name != sourceTimer || err != nil || len(records) != 1 || records[0].Err != nil {
			t.Errorf("%s: %s, %+v, %v", payload, row.Name, records, err)
			continue
		}
		e := records[0].Event
		if got := string(e.Data()) + " of " + strconv.Quote(e.DataContentType()); got != want {
			t.Errorf("%s: %s, want %s", payload, got, want)
		}
	}
}

// The encoding of a failed call's event is not documented: what a trigger is known to send counts before what base64 holds,
// and the settings make no payload known.
func TestEventsOfFailedCalls(t *testing.T) {
	inBase64 := func(text string) string {
		return `"` + base64.StdEncoding.EncodeToString([]byte(text)) + `"`
	}
	for name, c := range map[string]struct {
		options       SourceOptions
		payload, want string // want is the data
	}{
		"JSON":                                {SourceOptions{Type: "t"}, `{"a":1}`, `{"a":1}`},
		"text":                                {SourceOptions{Type: "t"}, `"two words"`, "two words"},
		"JSON in base64":                      {SourceOptions{Type: "t"}, inBase64(`{"a":1}`), `{"a":1}`},
		"text like base64":                    {SourceOptions{Type: "t"}, `"word"`, "word"},
		"JSON in base64, of MNS":              {SourceOptions{Trigger: "mns-stream"}, inBase64(`{"a":1}`), `{"a":1}`},
		"text like base64, of MNS":            {SourceOptions{Trigger: "mns-stream"}, `"word"`, "word"},
		"a message with attributes":           {SourceOptions{Type: "t"}, `{"body":"b","attrs":{"a":"x"}}`, "b"},
		"a message with attributes in base64": {SourceOptions{Type: "t"}, inBase64(`{"body":"b","attrs":{"a":"x"}}`), "b"},
	} {
		payload := []byte(`{"requestContext":{"requestId":"1","functionArn":"acs:fc:x:1:functions/f","condition":"c"},"requestPayload":` + c.payload + `}`)
		records, err := newTable(&c.options).Of(payload).Decode(payload, core.Invocation{RequestID: "2"})
		if err != nil || len(records) != 1 || records[0].Err != nil || string(records[0].Event.Data()) != c.want {
			t.Errorf("%s: %+v, %v, want %s", name, records, err, c.want)
		}
	}
	for _, nothing := range []string{`""`, `"\n"`, `"\r\n\r\n"`} { // Go's base64 skips line ends
		payload := []byte(`{"requestContext":{"requestId":"1","functionArn":"acs:fc:x:1:functions/f","condition":"c"},"requestPayload":` + nothing + `}`)
		if records, err := newTable(&SourceOptions{Type: "t"}).Of(payload).Decode(payload, core.Invocation{}); len(records) > 0 || err == nil {
			t.Errorf("%s: %+v, %v", nothing, records, err)
		}
	}
}
