package webhook_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sendbridge/adapters/webhook"
	"sendbridge/core/fault"
)

type attributes = map[string]string

const whole = `{"specversion":"1.0","id":"7","source":"/s","type":"t"`

func TestDecode(t *testing.T) {
	minimal := attributes{"id": "7", "source": "/s", "type": "t"}
	with := func(pairs ...string) attributes {
		m := attributes{}
		for k, v := range minimal {
			m[k] = v
		}
		for i := 0; i < len(pairs); i += 2 {
			m[pairs[i]] = pairs[i+1]
		}
		return m
	}
	for _, c := range []struct {
		name    string
		headers []string
		body    string
		want    attributes
	}{
		{"binary", binaryHeaders("Content-Type: application/json"), `{"a":1}`, with("datacontenttype", "application/json", "data", `{"a":1}`)},
		{"binary, every attribute", binaryHeaders("ce-subject: a", "ce-time: 2026-01-31T12:00:00.5+08:00", "ce-dataschema: https://example.com/s", "ce-trace1: x"), "",
			with("subject", "a", "time", "2026-01-31T12:00:00.5+08:00", "dataschema", "https://example.com/s", "trace1", "x")},
		{"binary, nothing but attributes", binaryHeaders(), "", minimal},
		{"binary, data of no stated type", binaryHeaders(), "x", with("data", "x")},
		{"binary, content type and no body", binaryHeaders("Content-Type: application/json"), "", with("datacontenttype", "application/json")},
		{"binary, bytes", binaryHeaders("Content-Type: application/octet-stream"), "\x00\xff", with("datacontenttype", "application/octet-stream", "data", "\x00\xff")},
		{"binary, text of another charset", binaryHeaders("Content-Type: text/plain; charset=gbk"), "\xc4\xe3", with("datacontenttype", "text/plain; charset=utf-8", "data", "你")},
		{"binary, header names in capitals", []string{"CE-SPECVERSION: 1.0", "CE-ID: 7", "CE-SOURCE: /s", "CE-TYPE: t", "CE-EXT: v"}, "", with("ext", "v")},
		{"binary, content type that only looks like an event's", binaryHeaders("Content-Type: application/cloud"), "x", with("datacontenttype", "application/cloud", "data", "x")},
		{"binary, other headers are not attributes", binaryHeaders("X-Ce-Id: 8", "Cell: 9", "Ce: 1", "Ce-: 1"), "", minimal},
		{"binary, identity coding", binaryHeaders("Content-Encoding: identity"), "x", with("data", "x")},

		{"structured", []string{"Content-Type: " + structuredType}, whole + `,"data":{"a":1}}`, with("data", `{"a":1}`)},
		{"structured, any case and parameters", []string{"Content-Type: Application/CloudEvents+JSON ; Charset=\"UTF-8\"; x=y"}, whole + `}`, minimal},
		{"structured, attributes in headers do not count", []string{"Content-Type: " + structuredType, "ce-id: 8", "ce-specversion: 0.3"}, whole + `}`, minimal},
		{"structured, text", []string{"Content-Type: " + structuredType}, whole + `,"datacontenttype":"text/plain","data":"a"}`, with("datacontenttype", "text/plain", "data", "a")},
		{"structured, bytes", []string{"Content-Type: " + structuredType}, whole + `,"data_base64":"AP8="}`, with("data", "\x00\xff")},
		{"structured, null is absent", []string{"Content-Type: " + structuredType}, whole + `,"subject":null}`, minimal},
		{"structured, typed extensions", []string{"Content-Type: " + structuredType}, whole + `,"n":5,"b":true}`, with("n", "5", "b", "true")},
		{"structured, space around", []string{"Content-Type: " + structuredType}, " \r\n\t" + whole + "} \n", minimal},
	} {
		t.Run(c.name, func(t *testing.T) {
			records, err := webhook.Decode(newRequest(c.body, c.headers...))
			if err != nil || len(records) != 1 {
				t.Fatalf("got %d records, %v", len(records), err)
			}
			r := records[0]
			if diff := cmp.Diff(c.want, attributesOf(t, r.Event)); diff != "" {
				t.Error(diff)
			}
			if r.Ingress != "http:/" || r.Event.SpecVersion() != "1.0" || r.Err != nil || r.MessageID != "" || r.OrderingKey != "" || r.DerivedID {
				t.Errorf("record %+v", r)
			}
		})
	}
}

func TestDecodeHeaderValue(t *testing.T) {
	for value, want := range map[string]string{
		`Euro%20%E2%82%AC%20%F0%9F%98%80`: "Euro € 😀",
		`euro%e2%82%ac`:                   "euro€",
		`%41%2f%2F`:                       "A//",
		`100%2525`:                        "100%25", // one round only
		`a+b`:                             "a+b",
		`two words`:                       "two words",
		`"two  words"`:                    "two  words",
		`"a \"b\" \\ c"`:                  `a "b" \ c`,
		`"%41"`:                           "A",
		`"a"b"c"`:                         "abc",
		`a\b`:                             `a\b`,
		`a\b"\c"`:                         `a\bc`,
		`a%22b`:                           `a"b`,
		`€ as it is`:                      "€ as it is",
		`(a) comment`:                     "(a) comment",
		`100%`:                            "100%", // a sender that encodes nothing
		`a%4`:                             "a%4",
		`50%zz`:                           "50%zz",
		`5% of 10%25 and %41`:             "5% of 10% and A",
		`%`:                               "%",
		`%%41`:                            "%A",
		`3.5" disk`:                       `3.5" disk`,
		`"open`:                           `"open`,
		`"open\"`:                         `"open\"`,
		`"open\`:                          `"open\`,
		`a"`:                              `a"`,
		`"a b" and 5" more`:               `a b and 5" more`,
	} {
		records, err := webhook.Decode(newRequest("", binaryHeaders("ce-subject: "+value)...))
		if err != nil {
			t.Errorf("%s: %v", value, err)
		} else if got := records[0].Event.Subject(); got != want {
			t.Errorf("%s: got %q, want %q", value, got, want)
		}
	}
	for _, value := range []string{
		`%C0%A0`, `%E2%82`, `%ED%A0%80`, `%FF`, "\xff", // not UTF-8
		`""`,                            // empty
		`%00`, `a%0Ab`, `%7F`, `%C2%85`, // control characters
	} {
		records, err := webhook.Decode(newRequest("", binaryHeaders("ce-subject: "+value)...))
		if err != nil {
			t.Errorf("%s: %v", value, err)
		} else if e := records[0].Event; e.Subject() != "" || e.FieldErrors["subject"] == nil && value != `""` {
			t.Errorf("%s: got %q with %v, want it left out with a note", value, e.Subject(), e.FieldErrors)
		}
		if records, err := webhook.Decode(newRequest("", binaryHeaders("ce-id:", "ce-id: "+value)...)); err == nil {
			t.Errorf("%s: got the id %q, want an error", value, records[0].Event.ID())
		} else if webhook.Status(err) != 400 || !strings.Contains(err.Error(), "id") {
			t.Errorf("%s: status %d, %v", value, webhook.Status(err), err)
		}
	}
}

func TestDecodeRefuses(t *testing.T) {
	structured := []string{"Content-Type: " + structuredType}
	batch := []string{"Content-Type: " + batchType}
	for _, c := range []struct {
		name    string
		headers []string
		body    string
		status  int
		want    string // in the error
	}{
		{"specversion 0.3 in a header", binaryHeaders("ce-specversion:", "ce-specversion: 0.3"), "", 400, `"0.3"`},
		{"specversion 1.0.2", binaryHeaders("ce-specversion:", "ce-specversion: 1.0.2"), "", 400, `"1.0.2"`},
		{"specversion 0.1's name", []string{"ce-cloudeventsversion: 0.1", "ce-id: 7", "ce-source: /s", "ce-type: t"}, "", 400, "specversion"},
		{"no specversion", binaryHeaders("ce-specversion:"), "", 400, "ce-specversion is missing"},
		{"no id", binaryHeaders("ce-id:"), "", 400, "id is missing"},
		{"no source", binaryHeaders("ce-source:"), "", 400, "source is missing"},
		{"no type", binaryHeaders("ce-type:"), "", 400, "type is missing"},
		{"id twice", binaryHeaders("ce-id: 8"), "", 400, "ce-id is given 2 times"},
		{"content type twice", binaryHeaders("Content-Type: a/b", "Content-Type: c/d"), "x", 400, "Content-Type is given 2 times"},
		{"data in a header", binaryHeaders("ce-data: x"), "", 400, "data"},
		{"data_base64 in a header", binaryHeaders("ce-data_base64: eA=="), "", 400, "data_base64"},
		{"source that is not a reference", binaryHeaders("ce-source:", "ce-source: http://[::1"), "", 400, "source"},
		{"the first of several mistakes", binaryHeaders("ce-type: %", "ce-id: %", "ce-source: %"), "", 400, "ce-id"},

		{"malformed structured", structured, `{"specversion":`, 400, "not JSON"},
		{"no body", structured, ``, 400, "not JSON"},
		{"junk after a structured event", structured, whole + `} x`, 400, "not JSON"},
		{"two structured events", structured, whole + `}` + whole + `}`, 400, "not JSON"},
		{"a batch as a structured event", structured, `[` + whole + `}]`, 400, "an array"},
		{"specversion 0.3", structured, `{"specversion":"0.3","id":"7","source":"/s","type":"t"}`, 400, `"0.3"`},
		{"specversion as a number", structured, `{"specversion":1.0,"id":"7","source":"/s","type":"t"}`, 400, "specversion"},
		{"no id in JSON", structured, `{"specversion":"1.0","source":"/s","type":"t"}`, 400, "id is missing"},
		{"null id", structured, `{"specversion":"1.0","id":null,"source":"/s","type":"t"}`, 400, "id is missing"},
		{"id twice in JSON", structured, whole + `,"id":"8"}`, 400, "id is given twice"},
		{"data and data_base64", structured, whole + `,"data":1,"data_base64":"eA=="}`, 400, "data_base64"},

		{"malformed batch", batch, `[` + whole + `}`, 400, "not JSON"},
		{"junk after the array", batch, `[` + whole + `}] []`, 400, "not JSON"},
		{"one event as a batch", batch, whole + `}`, 400, "an object"},
		{"too many events", batch, "[" + strings.Repeat("1,", 10_000) + "1]", 413, "10000 events"},

		{"JSON that does not say it is an event", []string{"Content-Type: application/json"}, whole + `}`, 415, structuredType},
		{"nothing at all", nil, "", 415, "not a CloudEvent"},
		{"another event format", []string{"Content-Type: application/cloudevents+avro"}, "x", 415, "avro"},
		{"another event format with attributes in headers", binaryHeaders("Content-Type: application/cloudevents+xml"), "x", 415, "xml"},
		{"another batch format", []string{"Content-Type: application/cloudevents-batch+xml"}, "x", 415, "xml"},
		{"event format not named, attributes in headers", binaryHeaders("Content-Type: application/cloudevents"), "x", 415, structuredType},
		{"event format not named", []string{"Content-Type: application/cloudevents"}, whole + `}`, 415, structuredType},
		{"charset", []string{"Content-Type: " + structuredType + "; charset=klingon"}, whole + `}`, 415, "klingon"},
		{"charset of a batch", []string{"Content-Type: " + batchType + "; charset=iso-2022-kr"}, `[]`, 415, "utf-8"},
		{"a parameter without a value", []string{"Content-Type: " + structuredType + "; charset"}, whole + `}`, 415, "parameters"},
		{"compressed", binaryHeaders("Content-Encoding: compress"), "x", 415, `"compress"`},
		{"compressed on top of nothing", []string{"Content-Type: " + structuredType, "Content-Encoding: identity", "Content-Encoding: aws-chunked"}, whole + `}`, 415, `"aws-chunked"`},
	} {
		t.Run(c.name, func(t *testing.T) {
			records, err := webhook.Decode(newRequest(c.body, c.headers...))
			if err == nil {
				t.Fatalf("got %d records, want an error", len(records))
			}
			if webhook.Status(err) != c.status || !strings.Contains(err.Error(), c.want) {
				t.Errorf("status %d, %q; want %d and %q", webhook.Status(err), err, c.status, c.want)
			}
			if fault.Of(err).Class != fault.ClassMessage {
				t.Errorf("class %q", fault.Of(err).Class)
			}
		})
	}
}

func TestDecodeBatch(t *testing.T) {
	good := func(id string) string { return `{"specversion":"1.0","id":"` + id + `","source":"/s","type":"t"}` }
	for _, c := range []struct {
		name, contentType, body string
		want                    string // ids, ! for a record with an error
	}{
		{"empty", batchType, `[]`, ""},
		{"two", batchType, `[` + good("1") + `,` + good("2") + `]`, "1 2"},
		{"charset", batchType + "; charset=utf-8", `[` + good("1") + `]`, "1"},
		{"any case", "APPLICATION/CLOUDEVENTS-BATCH+JSON;charset=UTF-8", `[` + good("1") + `]`, "1"},
		{"an invalid element", batchType, `[` + good("1") + `,{"specversion":"1.0","source":"/s","type":"t"},` + good("3") + `]`, "1 ! 3"},
		{"elements that are not objects", batchType, `[1,` + good("2") + `,null,[]]`, "! 2 ! !"},
		{"another version", batchType, `[{"specversion":"0.3","id":"1","source":"/s","type":"t"},` + good("2") + `]`, "! 2"},
		{"the same event twice", batchType, `[` + good("1") + `,` + good("1") + `]`, "1 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			records, err := webhook.Decode(newRequest(c.body, "Content-Type: "+c.contentType))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range records {
				if r.Ingress != "http:/" {
					t.Errorf("ingress %q", r.Ingress)
				}
				if r.Err != nil {
					got = append(got, "!")
				} else {
					got = append(got, r.Event.ID())
				}
			}
			if got := strings.Join(got, " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestDecodeIngress(t *testing.T) {
	for path, want := range map[string]string{"/": "http:/", "": "http:/", "/in/github": "http:/in/github"} {
		r := newRequest("", binaryHeaders("ce-sendbridgeingress: forged")...)
		r.URL.Path = path
		records, err := webhook.Decode(r)
		if err != nil || records[0].Ingress != want {
			t.Errorf("%q: %v, %v; want %q", path, records, err, want)
		}
	}
}

// TestDecodeOwnsData: an event's data must not change when the same connection's next request is read.
func TestDecodeOwnsData(t *testing.T) {
	first, err := webhook.Decode(newRequest("first", binaryHeaders()...))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := webhook.Decode(newRequest("XXXXX", binaryHeaders()...)); err != nil {
		t.Fatal(err)
	}
	if got := string(first[0].Event.Data()); got != "first" {
		t.Errorf("data became %q", got)
	}
}

func TestDecodeWithoutBody(t *testing.T) {
	r := newRequest("", binaryHeaders()...)
	r.Body = nil
	if records, err := webhook.Decode(r); err != nil || records[0].Event.Data() != nil {
		t.Errorf("%v, %v", records, err)
	}
}

func TestDecodeLimitedBody(t *testing.T) {
	for _, size := range []int{10, 11} {
		r := newRequest(strings.Repeat("x", size), binaryHeaders()...)
		r.Body = http.MaxBytesReader(nil, r.Body, 10)
		records, err := webhook.Decode(r)
		switch {
		case size == 10 && (err != nil || len(records[0].Event.Data()) != 10):
			t.Errorf("%d bytes: %v", size, err)
		case size == 11 && (err == nil || webhook.Status(err) != 413):
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}
