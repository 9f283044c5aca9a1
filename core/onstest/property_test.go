package onstest_test

import (
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sendbridge/core/onsmqtt"
	"sendbridge/core/onstest"
)

// A signed is a request that the real client has signed.
type signed struct {
	method, host string
	query        string
	header       http.Header
	body         string
}

// capture makes the client sign a request, but does not send it.
func capture(tb rapid.TB, c onsmqtt.Credentials, signature onsmqtt.Signature, topic, payload string) (s signed) {
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		s = signed{method: r.Method, host: r.Host, query: r.URL.RawQuery, header: r.Header.Clone()}
		if r.Body != nil {
			body, _ := io.ReadAll(r.Body)
			s.body = string(body)
		}
		return nil, io.ErrUnexpectedEOF
	})
	provider := func(context.Context) (onsmqtt.Credentials, error) { return c, nil }
	client, err := onsmqtt.New("https://onsmqtt.cn-hangzhou.aliyuncs.com", onstest.Instance, provider,
		&onsmqtt.Options{Signature: signature, Transport: transport})
	if err != nil {
		tb.Fatal(err)
	}
	_, _ = client.SendMessage(context.Background(), topic, payload)
	return s
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// send serves the request with a new emulator, which has seen no nonce, and returns the messages that it accepted.
func (s signed) send() (*httptest.ResponseRecorder, []onstest.Message) {
	h := onstest.New(&onstest.Options{MaxTarget: 1 << 20})
	w := httptest.NewRecorder()
	h.ServeHTTP(w, &http.Request{
		Method: s.method, Host: s.host, Header: s.header, RequestURI: "/?" + s.query, RemoteAddr: "10.0.0.1:1",
		URL: &url.URL{Path: "/", RawQuery: s.query}, Body: io.NopCloser(strings.NewReader(s.body)),
	})
	return w, h.Messages()
}

var (
	keys = []onsmqtt.Credentials{
		{AccessKeyID: onstest.AccessKeyID, AccessKeySecret: onstest.AccessKeySecret},
		{AccessKeyID: onstest.STSKeyID, AccessKeySecret: onstest.STSKeySecret, SecurityToken: onstest.STSToken},
	}
	topics = rapid.StringMatching(`[A-Za-z0-9_-]{3,8}(/[^+#/\pC]{1,8}){0,3}`)
	texts  = rapid.OneOf(rapid.StringN(1, 100, -1), rapid.Map(rapid.SliceOfN(rapid.Byte(), 1, 100), func(b []byte) string { return string(b) }))
)

// The request of a real client is accepted byte for byte. With any single change it is rejected.
func TestChangedCallsAreRejected(t *testing.T) {
	for _, signature := range []onsmqtt.Signature{"v3", "v3-form", "v1"} {
		for name, change := range changes {
			if signature == "v1" && change.v3Only {
				continue
			}
			t.Run(string(signature)+" "+name, func(t *testing.T) {
				rapid.Check(t, func(t *rapid.T) {
					topic, payload := topics.Draw(t, "topic"), texts.Draw(t, "payload")
					s := capture(t, rapid.SampledFrom(keys).Draw(t, "key"), signature, topic, payload)
					if w, got := s.send(); len(got) != 1 || got[0].Topic != topic || got[0].Payload != payload {
						t.Fatalf("unchanged: %d %s", w.Code, w.Body)
					}
					change.make(t, &s)
					if w, got := s.send(); w.Code < 400 || len(got) != 0 {
						t.Fatalf("accepted: %d %s\n%+v", w.Code, w.Body, s)
					}
				})
			})
		}
	}
}

// Each of changes alters a signed request in one way. V1 signs no header, not even host.
var changes = map[string]struct {
	v3Only bool
	make   func(*rapid.T, *signed)
}{
	"method":        {false, changeMethod},
	"parameter":     {false, changeParameter},
	"body":          {false, changeBody},
	"host":          {true, func(t *rapid.T, s *signed) { s.host = edited(t, s.host, printable) }},
	"header":        {true, changeHeader},
	"authorization": {true, changeAuthorization},
}

func changeMethod(t *rapid.T, s *signed) {
	s.method = rapid.SampledFrom([]string{"GET", "PUT", "HEAD", "post", "PATCH"}).Draw(t, "method")
}

// changeParameter changes a value or a name, drops a parameter or adds one, wherever the parameters are.
func changeParameter(t *rapid.T, s *signed) {
	place := &s.query
	if s.query == "" || s.body != "" && rapid.Bool().Draw(t, "in the body") {
		place = &s.body
	}
	values, err := url.ParseQuery(*place)
	if err != nil {
		t.Fatal(err)
	}
	name := rapid.SampledFrom(slices.Sorted(maps.Keys(values))).Draw(t, "name")
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		values.Set(name, edited(t, values.Get(name), anyByte))
	case 1:
		renamed := edited(t, name, anyByte)
		values[renamed] = append(values[renamed], values[name]...)
		values.Del(name)
	case 2:
		values.Del(name)
	default:
		values.Add(rapid.OneOf(rapid.Just(name), rapid.String()).Draw(t, "more"), texts.Draw(t, "value"))
	}
	*place = values.Encode()
}

func changeHeader(t *rapid.T, s *signed) {
	var names []string
	for name := range s.header {
		if name == "Content-Type" || strings.HasPrefix(name, "X-Acs-") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	name := rapid.SampledFrom(names).Draw(t, "name")
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		s.header.Set(name, edited(t, s.header.Get(name), printable))
	case 1:
		s.header.Del(name)
	case 2:
		s.header.Add(name, rapid.OneOf(rapid.Just(s.header.Get(name)), rapid.StringOf(rapid.RuneFrom(nil, visible))).Draw(t, "second"))
	default:
		s.header.Set("X-Acs-"+rapid.StringMatching(`[A-Z][a-z]{0,8}`).Draw(t, "more"), "1")
	}
}

func changeAuthorization(t *rapid.T, s *signed) {
	if rapid.IntRange(0, 20).Draw(t, "drop") == 0 {
		s.header.Del("Authorization")
		return
	}
	s.header.Set("Authorization", edited(t, s.header.Get("Authorization"), printable))
}

// changeBody changes a byte, or adds a body to a request without one. V1 signs the parameters of a form, not its
// encoding.
func changeBody(t *rapid.T, s *signed) {
	before, _ := url.ParseQuery(s.body)
	s.body = edited(t, s.body, anyByte)
	after, err := url.ParseQuery(s.body)
	if s.header.Get("Authorization") == "" && err == nil && before.Encode() == after.Encode() {
		t.Skip("the same parameters, escaped otherwise")
	}
}
