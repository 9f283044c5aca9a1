package interop

import (
	"encoding/base64"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sendbridge/core/onsmqtt"
	"sendbridge/core/onstest"
)

// A capture is a request as received on the wire.
type capture struct {
	method, target, host string
	header               http.Header
	body                 string
}

// record starts an emulator and returns a function with the last request of a client.
func record(t *testing.T) (host string, last func() capture) {
	t.Helper()
	h := onstest.New(&onstest.Options{MaxTarget: 256 << 10, Quota: &onstest.Quota{}})
	var c capture
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		c = capture{r.Method, r.RequestURI, r.Host, r.Header.Clone(), string(body)}
		r.Body = io.NopCloser(strings.NewReader(c.body))
		h.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.Listener.Addr().String(), func() capture { return c }
}

func (c capture) query(t *testing.T) url.Values {
	t.Helper()
	_, raw, _ := strings.Cut(c.target, "?")
	values, err := url.ParseQuery(raw)
	if err != nil {
		t.Fatal(err)
	}
	return values
}

// signed returns the headers that the Authorization names.
func (c capture) signed(t *testing.T) http.Header {
	t.Helper()
	_, list, _ := strings.Cut(c.header.Get("Authorization"), "SignedHeaders=")
	list, _, ok := strings.Cut(list, ",")
	if !ok {
		t.Fatalf("authorization %q", c.header.Get("Authorization"))
	}
	header := http.Header{}
	for name := range strings.SplitSeq(list, ";") {
		header[http.CanonicalHeaderKey(name)] = c.header.Values(name)
	}
	header.Set("Host", c.host)
	return header
}

// Headers that identify the client, and those that belong to a single request.
var (
	telemetry = []string{"User-Agent", "X-Acs-Credentials-Provider"}
	itsOwn    = []string{"Authorization", "X-Acs-Date", "X-Acs-Signature-Nonce"}
)

// Parameters in the query, as used for short payloads, are byte for byte the V3 SDK's.
func TestQueryPlacementIsThatOfTheSDK(t *testing.T) {
	for _, c := range []onsmqtt.Credentials{plainCredentials, stsCredentials} {
		host, last := record(t)
		theirs, ours := dialV3(t, host, c), dialOurs("auto")(t, host, c)
		for name, payload := range payloads {
			t.Run(c.AccessKeyID+" "+name, func(t *testing.T) {
				want, got := sent(t, theirs, last, payload), sent(t, ours, last, payload)
				for _, r := range []capture{want, got} {
					for _, key := range telemetry {
						r.header.Del(key)
					}
					for _, key := range itsOwn {
						if r.header.Get(key) == "" {
							t.Errorf("no %s", key)
						}
						r.header.Set(key, "…")
					}
				}
				if diff := cmp.Diff(want, got, cmp.AllowUnexported(capture{})); diff != "" {
					t.Errorf("the SDK's (-) and ours (+): %s", diff)
				}
			})
		}
	}
}

func sent(t *testing.T, send sender, last func() capture, payload string) capture {
	t.Helper()
	if _, err := send("TopicA/p2p/GID_x@@@dev1", payload); err != nil {
		t.Fatal(err)
	}
	return last()
}

// Our signer, fed with the headers, nonce and date of the V3 SDK, gives the SDK's signature.
func TestSignV3AgreesWithTheSDK(t *testing.T) {
	for _, c := range []onsmqtt.Credentials{plainCredentials, stsCredentials} {
		host, last := record(t)
		send := dialV3(t, host, c)
		for name, payload := range withLongOnes(payloads) {
			r := sent(t, send, last, payload)
			got := onsmqtt.SignV3(r.method, "/", r.query(t), r.signed(t), r.header.Get("X-Acs-Content-Sha256"), c)
			if want := r.header.Get("Authorization"); got != want {
				t.Errorf("%s, %s: %s, want %s", c.AccessKeyID, name, got, want)
			}
		}
	}
}

// The same for V1, whose parameters contain everything.
func TestSignV1AgreesWithTheSDK(t *testing.T) {
	for _, c := range []onsmqtt.Credentials{plainCredentials, stsCredentials} {
		host, last := record(t)
		send := dialV1(t, host, c)
		for name, payload := range withLongOnes(payloads) {
			r := sent(t, send, last, payload)
			params := r.query(t)
			want := params.Get("Signature")
			if _, err := base64.StdEncoding.DecodeString(want); err != nil || want == "" || params.Get("Payload") != payload {
				t.Fatalf("%s: signature %q among %v", name, want, slices.Sorted(maps.Keys(params)))
			}
			params.Del("Signature")
			if got := onsmqtt.SignV1(r.method, params, c.AccessKeySecret); got != want {
				t.Errorf("%s, %s: %s, want %s", c.AccessKeyID, name, got, want)
			}
		}
	}
}
