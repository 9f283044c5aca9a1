package cloudevent

import (
	"net/url"
	"testing"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/cloudevents/sdk-go/v2/types"

	"sendbridge/core"
)

func TestEscapeDisallowed(t *testing.T) {
	for text, want := range map[string]string{
		"a/ö %20.png": "a/ö %20.png",
		"a\nb\x00":    "a%0Ab%00",
		"\xff\u0085":  "%FF%C2%85",
		"\ufdd0é":     "%EF%B7%90é",
	} {
		got := EscapeDisallowed(text)
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if err := checkText("subject", got); err != nil {
			t.Error(err)
		}
	}
}

// Unicode's noncharacters are U+FDD0 to U+FDEF, and the last two of each plane.
func TestNoncharactersAreNoText(t *testing.T) {
	for text, want := range map[string]bool{
		"\ufdcf": true, "\ufdf0": true, "\ufffd": true, "\U00010000": true, "\U0010fffd": true,
		"\ufdd0": false, "\ufdef": false, "\ufffe": false, "\uffff": false, "\U0001fffe": false, "\U0010ffff": false,
	} {
		if err := checkText("subject", text); (err == nil) != want {
			t.Errorf("%+q: %v", text, err)
		}
	}
}

// Each attribute that is set from its text has that text.
func TestAttributesAreSetFromText(t *testing.T) {
	texts := map[string]string{
		"specversion": "1.0", "id": "1", "source": "/工 1", "type": "t", "subject": "s", "datacontenttype": "text/plain",
		"dataschema": "#a b", "time": "2026-01-31T12:00:00.50+08:00", "ext": "x",
	}
	var ec event.EventContextV1
	for name, text := range texts {
		if err := SetAttribute(&ec, name, text); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, text := range texts {
		if got := attributeText(&ec, name); got != text {
			t.Errorf("%s is %q, want %q", name, got, text)
		}
	}
}

// Events that a program makes with the SDK have URIs of parts. Their text is that of the SDK.
func TestURIsOfParts(t *testing.T) {
	for _, text := range []string{"/s", "//h/s", "https://example.com/s?q#f", "urn:x:1", "mailto:a@b", "a/b"} {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		ec := event.EventContextV1{Source: types.URIRef{URL: *u}, DataSchema: &types.URI{URL: *u}}
		if got := SourceOf(&ec); got != text {
			t.Errorf("source is %q, want %q", got, text)
		}
		if got := attributeText(&ec, "dataschema"); got != text {
			t.Errorf("dataschema is %q, want %q", got, text)
		}
	}
}

// An event of an older version of CloudEvents is read as one of version 1.0. An event without attributes is an error.
func TestContextsOfOtherVersions(t *testing.T) {
	old := event.New("0.3")
	old.SetID("7")
	old.SetSource("/s")
	old.SetType("t")
	v, err := NewView(&core.Record{Event: old})
	if err != nil || v.Attribute("id").Str != "7" || v.Attribute("specversion").Str != "1.0" || v.Attribute("source").Str != "/s" {
		t.Errorf("version 0.3: %+v, %v", v, err)
	}
	if _, err := NewView(&core.Record{}); err == nil || err.Error() != "the event has no context attributes" {
		t.Errorf("without attributes: %v", err)
	}
}
