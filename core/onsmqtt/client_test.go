package onsmqtt

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"sendbridge/core/fault"
)

func TestNewRefuses(t *testing.T) {
	provider := func(context.Context) (Credentials, error) { return plainKey, nil }
	good := "https://" + vectorHost
	tests := []struct {
		name, endpoint, instance string
		provider                 Provider
		options                  *Options
		want                     string
	}{
		{"no endpoint", "", "i", provider, nil, `endpoint "": want a URL`},
		{"no scheme", vectorHost, "i", provider, nil, "want a URL that starts with https://"},
		{"other scheme", "ftp://h", "i", provider, nil, `endpoint "ftp://h"`},
		{"no host", "https://", "i", provider, nil, "want a host name"},
		{"only a port", "https://:443", "i", provider, nil, "want a host name"},
		{"path", good + "/x", "i", provider, nil, "no path"},
		{"query", good + "?x=1", "i", provider, nil, "no path"},
		{"empty query", good + "?", "i", provider, nil, "no path"},
		{"fragment", good + "#x", "i", provider, nil, "no path"},
		{"user", "https://u:hunter2@h", "i", provider, nil, "user or password"},
		{"user without scheme", "u:hunter2@h", "i", provider, nil, "user or password"},
		{"user, not a URL", "https://u:hunter2@h:x y", "i", provider, nil, "user or password"},
		{"not a URL", "https://h:x y", "i", provider, nil, `endpoint "https://h:x y": want a URL such as`},
		{"other script", "https://münchen.example", "i", provider, nil, "want a host name"},
		{"zone", "https://[fe80::1%25eth0]", "i", provider, nil, "want a host name"},
		{"in clear", "http://" + vectorHost, "i", provider, nil, "use https://"},
		{"in clear, nearly loopback", "http://localhost.example", "i", provider, nil, "use https://"},
		{"no instance", good, "", provider, nil, `instance id ""`},
		{"instance with a line end", good, "post-cn-x\n", provider, nil, `instance id "post-cn-x\n"`},
		{"no provider", good, "i", nil, nil, "provider"},
		{"signature", good, "i", provider, &Options{Signature: "V3"}, `signature "V3": want auto, v3, v3-form or v1`},
		{"user agent", good, "i", provider, &Options{UserAgent: "a\r\nb"}, `user agent "a\r\nb"`},
	}
	for _, tt := range tests {
		c, err := New(tt.endpoint, tt.instance, tt.provider, tt.options)
		if c != nil || err == nil || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v, want %s", tt.name, err, tt.want)
		}
	}
}

func TestNewAccepts(t *testing.T) {
	for endpoint, options := range map[string]*Options{
		"https://" + vectorHost:       nil,
		"https://" + vectorHost + "/": {},
		"https://h:8443":              {Signature: "v1"},
		"http://127.0.0.1:8081":       nil,
		"http://127.9.9.9":            nil,
		"http://localhost:8081":       nil,
		"http://[::1]:8081":           nil,
		"http://emulator:8081":        {Insecure: true},
	} {
		if c := newTestClient(t, endpoint, plainKey, options); c == nil {
			t.Error(endpoint)
		}
	}
}

func TestOptionsAreCopied(t *testing.T) {
	o := &Options{}
	newTestClient(t, "https://"+vectorHost, plainKey, o)
	if o.Signature != "" || o.UserAgent != "" || o.Concurrency != 0 || o.Transport != nil || o.now != nil {
		t.Errorf("New changed its caller's options: %+v", o)
	}
}

func TestTransportSettings(t *testing.T) {
	c := newTestClient(t, "https://"+vectorHost, plainKey, &Options{Concurrency: 77})
	transport := c.options.Transport.(*http.Transport)
	if transport.MaxIdleConnsPerHost != 77 || transport.MaxIdleConns != 77 || transport.MaxConnsPerHost != 0 || !transport.ForceAttemptHTTP2 {
		t.Errorf("%+v", transport)
	}
	for _, concurrency := range []int{0, -1} {
		c := newTestClient(t, "https://"+vectorHost, plainKey, &Options{Concurrency: concurrency})
		if got := c.options.Transport.(*http.Transport).MaxIdleConnsPerHost; got != 32 {
			t.Errorf("with a concurrency of %d, %d connections are kept, want 32", concurrency, got)
		}
	}
	if transport.IdleConnTimeout <= 0 || transport.IdleConnTimeout > time.Minute || transport.TLSHandshakeTimeout <= 0 {
		t.Errorf("idle %s, handshake %s", transport.IdleConnTimeout, transport.TLSHandshakeTimeout)
	}
}

func TestEndpoint(t *testing.T) {
	for _, tt := range []struct{ region, network, want string }{
		{"cn-hangzhou", "public", "https://onsmqtt.cn-hangzhou.aliyuncs.com"},
		{"cn-shanghai-finance-1", "vpc", "https://onsmqtt-vpc.cn-shanghai-finance-1.aliyuncs.com"},
		{"xx-new-9", "public", "https://onsmqtt.xx-new-9.aliyuncs.com"},
		{"az-09", "public", "https://onsmqtt.az-09.aliyuncs.com"},
	} {
		if got, err := Endpoint(tt.region, tt.network); got != tt.want || err != nil {
			t.Errorf("%q, %v, want %q", got, err, tt.want)
		}
	}
	for _, tt := range []struct{ region, network, want string }{
		{"", "public", `region ""`},
		{"cn-hangzhou/", "public", `region "cn-hangzhou/"`},
		{"evil.example#", "vpc", `region "evil.example#"`},
		{"CN-Hangzhou", "public", `region "CN-Hangzhou"`},
		{"cn`", "public", `region "cn` + "`" + `"`},
		{"cn{", "public", `region "cn{"`},
		{"cn:", "public", `region "cn:"`},
		{"cn-hangzhou", "", `network ""`},
		{"cn-hangzhou", "internal", `network "internal": want "public" or "vpc"`},
	} {
		if got, err := Endpoint(tt.region, tt.network); got != "" || err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q, %v, want %q", got, err, tt.want)
		}
	}
}

// Instances that are only on the public network have no endpoint in a VPC. A caller may change the list that it got.
func TestRegions(t *testing.T) {
	public, vpc := Regions("public"), Regions("vpc")
	if !slices.Contains(public, "mq-internet-access") || !slices.Equal(append(slices.Clone(vpc), "mq-internet-access"), public) || !slices.Contains(vpc, "cn-hangzhou") {
		t.Errorf("public %q, vpc %q", public, vpc)
	}
	if public[0] = "changed"; Regions("public")[0] == "changed" {
		t.Error("a caller can change the list")
	}
}

// TestBadCredentialsAreNotSent: keys that would break a header or a signature are rejected before any call.
func TestBadCredentialsAreNotSent(t *testing.T) {
	for want, key := range map[string]Credentials{
		"the AccessKeyId is":                 {},
		"the AccessKeyId is empty":           {"", "secret", ""},
		"the AccessKeySecret is empty":       {"id", "", ""},
		"the AccessKeyId contains white":     {"id\n", "secret", ""},
		"the AccessKeySecret contains white": {"id", " secret", ""},
		"the SecurityToken contains white":   {"id", "secret", "tok\r\nX-Evil: 1"},
		"the SecurityToken contains":         {"id", "secret", "tok\x00en"},
		"the SecurityToken":                  {"id", "secret", "tok\x7fen"},
		"the AccessKeyId contains":           {"ïd", "secret", ""},
	} {
		called := false
		c := newTestClient(t, "https://"+vectorHost, key, &Options{
			Transport: roundTripper(func(*http.Request) (*http.Response, error) { called = true; return nil, io.EOF }),
		})
		_, err := c.SendMessage(t.Context(), "t", "p")
		e := asError(t, err)
		if called || fault.Of(e).Class != "credential" || !strings.HasPrefix(e.Message, want) || strings.Contains(e.Message, "secret") {
			t.Errorf("%v, class %s, want %q; called: %t", e, fault.Of(e).Class, want, called)
		}
	}
}

// Each printable character of ASCII may be in a key, the first and the last one, too.
func TestPrintableCredentialsAreSent(t *testing.T) {
	g := newGateway(t, ok)
	key := Credentials{"!id~", "!secret~", "!token~"}
	if _, err := newTestClient(t, g.url, key, nil).SendMessage(t.Context(), "t", "p"); err != nil {
		t.Fatal(err)
	}
	r := g.all()[0]
	if _, params := placed(t, r); r.Header.Get("X-Acs-Security-Token") != "!token~" || !signed(r, params, key) {
		t.Errorf("sent %q, signature right: %t", r.Header.Get("X-Acs-Security-Token"), signed(r, params, key))
	}
}

// TestConcurrentCalls changes the credentials all the time; each request must contain one complete set.
func TestConcurrentCalls(t *testing.T) {
	keys := []Credentials{
		{"id-0", "secret-0", "token-0"}, {"id-1", "secret-1", "token-1"}, {"id-2", "secret-2", "token-2"},
	}
	g := newGateway(t, ok)
	var mu sync.Mutex
	turn := 0
	c := newTestClient(t, g.url, plainKey, nil)
	c.provider = func(context.Context) (Credentials, error) {
		mu.Lock()
		defer mu.Unlock()
		turn++
		return keys[turn%len(keys)], nil
	}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 25 {
				if _, err := c.SendMessage(t.Context(), "t", strings.Repeat("x", i*800)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for _, r := range g.all() {
		_, params := placed(t, r)
		id, token := r.Header.Get("X-Acs-Accesskey-Id"), r.Header.Get("X-Acs-Security-Token")
		key := keys[0]
		if r.body != "" {
			id, token = params.Get("AccessKeyId"), params.Get("SecurityToken")
		}
		for _, k := range keys {
			if k.AccessKeyID == id {
				key = k
			}
		}
		if key.AccessKeyID != id || key.SecurityToken != token || !signed(r, params, key) {
			t.Errorf("%s with %s, signature right: %t", id, token, signed(r, params, key))
		}
	}
}

// signed signs the received request again with the exported functions.
func signed(r seen, params map[string][]string, key Credentials) bool {
	if r.body != "" {
		signature := params["Signature"]
		delete(params, "Signature")
		return len(signature) == 1 && signature[0] == SignV1(r.Method, params, key.AccessKeySecret)
	}
	header := http.Header{"Host": {r.Host}}
	for name, values := range r.Header {
		if strings.HasPrefix(name, "X-Acs-") {
			header[name] = values
		}
	}
	return r.Header.Get("Authorization") == SignV3(r.Method, r.URL.Path, params, header, emptySHA256, key)
}
