package onsmqtt

import (
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var (
	fixedNow    = func() time.Time { return time.Date(2026, 11, 22, 8, 0, 0, 0, time.FixedZone("", 8*3600)) }
	fixedNonces = func() string { return "000102030405060708090a0b0c0d0e0f" }
)

// TestWireV3 compares all bytes of a request with those of the official SDK.
func TestWireV3(t *testing.T) {
	got := make(chan string, 1)
	host := listen(t, func(conn net.Conn) {
		buf := make([]byte, 8192)
		n, _ := conn.Read(buf)
		got <- string(buf[:n])
		_, _ = conn.Write([]byte(raw(200, receiptJSON)))
	})
	c := newTestClient(t, "http://"+host, vectorKey, &Options{
		UserAgent: "sendbridge/1.2", now: fixedNow, nonces: fixedNonces,
	})
	receipt, err := c.SendMessage(t.Context(), vectorTopic, vectorPayload)
	if err != nil {
		t.Fatal(err)
	}
	if want := (Receipt{"0B736D997B7F45FF54E61C1C1B581234", "020F6A43-19E6-4B6E-B846-44EB31DF1234"}); receipt != want {
		t.Errorf("receipt %+v", receipt)
	}
	signed := http.Header{
		"Host": {host}, "X-Acs-Accesskey-Id": {"testid"}, "X-Acs-Action": {"SendMessage"}, "X-Acs-Content-Sha256": {emptySHA256},
		"X-Acs-Date": {"2026-11-22T00:00:00Z"}, "X-Acs-Security-Token": {"CAIS+/=tok"},
		"X-Acs-Signature-Nonce": {fixedNonces()}, "X-Acs-Version": {"2020-04-20"},
	}
	want := []string{
		"POST /?InstanceId=post-cn-0pp12gl0001&MqttTopic=TopicA%2Fp2p%2FGID_x%40%40%40dev1&Payload=eyJhIjoxfQ%3D%3D+%2B%2F%2A~%C3%A9 HTTP/1.1",
		"Host: " + host,
		"User-Agent: sendbridge/1.2",
		"Content-Length: 0",
		"Accept: application/json",
		"Accept-Encoding: gzip",
		"Authorization: " + SignV3("POST", "/", vectorParams, signed, emptySHA256, vectorKey),
		"X-Acs-Accesskey-Id: testid",
		"X-Acs-Action: SendMessage",
		"X-Acs-Content-Sha256: " + emptySHA256,
		"X-Acs-Date: 2026-11-22T00:00:00Z",
		"X-Acs-Security-Token: CAIS+/=tok",
		"X-Acs-Signature-Nonce: 000102030405060708090a0b0c0d0e0f",
		"X-Acs-Version: 2020-04-20",
		"", "",
	}
	if diff := cmp.Diff(want, strings.Split(<-got, "\r\n")); diff != "" {
		t.Errorf("request (-want +got):\n%s", diff)
	}
}

func TestWireHeaders(t *testing.T) {
	v3 := []string{"Accept", "Accept-Encoding", "Authorization", "User-Agent", "X-Acs-Action", "X-Acs-Content-Sha256", "X-Acs-Date", "X-Acs-Signature-Nonce", "X-Acs-Version"}
	sts := []string{"X-Acs-Accesskey-Id", "X-Acs-Security-Token"}
	form := []string{"Content-Type"}
	tests := []struct {
		signature Signature
		key       Credentials
		want      []string
	}{
		{"v3", plainKey, v3},
		{"v3", stsKey, append(sts, v3...)},
		{"v3-form", plainKey, append(form, v3...)},
		{"v3-form", stsKey, append(append(form, sts...), v3...)},
		{"v1", plainKey, []string{"Accept", "Accept-Encoding", "Content-Type", "User-Agent"}},
		{"v1", stsKey, []string{"Accept", "Accept-Encoding", "Content-Type", "User-Agent"}},
	}
	for _, tt := range tests {
		c := newTestClient(t, "https://"+vectorHost, tt.key, &Options{Signature: tt.signature})
		call, err := c.prepare(tt.key, "t/1", "p")
		if err != nil {
			t.Fatal(err)
		}
		want := map[string]bool{}
		for _, key := range tt.want {
			want[key] = true
		}
		got := map[string]bool{}
		for key, values := range call.request.Header {
			got[key] = len(values) == 1 && values[0] != "" && http.CanonicalHeaderKey(key) == key
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s, token %t (-want +got):\n%s", tt.signature, tt.key.SecurityToken != "", diff)
		}
	}
}

// TestPlacement sends payloads just below and above the 4096 bytes of request target that automatic placement allows.
func TestPlacement(t *testing.T) {
	prefix := len("/?InstanceId=" + testInstance + "&MqttTopic=t%2F1&Payload=")
	room := maxTarget - prefix
	tests := []struct {
		name      string
		signature Signature
		payload   string
		want      string
	}{
		{"small", "auto", "p", "v3"},
		{"default", "", "p", "v3"},
		{"last that fits", "", strings.Repeat("x", room), "v3"},
		{"first that does not", "", strings.Repeat("x", room+1), "v1"},
		{"spaces are one byte", "", strings.Repeat(" ", room), "v3"},
		{"escapes are three", "", strings.Repeat("é", room/6+1), "v1"},
		{"v3 forced", "v3", strings.Repeat("x", 3*room), "v3"},
		{"v3-form forced", "v3-form", "p", "v3-form"},
		{"v1 forced", "v1", "p", "v1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := newGateway(t, ok)
			c := newTestClient(t, g.url, stsKey, &Options{Signature: tt.signature})
			if _, err := c.SendMessage(t.Context(), "t/1", tt.payload); err != nil {
				t.Fatal(err)
			}
			placement, params := placed(t, g.all()[0])
			if placement != tt.want {
				t.Errorf("placed %s, want %s, target of %d bytes", placement, tt.want, len(g.all()[0].RequestURI))
			}
			if params.Get("Payload") != tt.payload || params.Get("MqttTopic") != "t/1" || params.Get("InstanceId") != testInstance {
				t.Errorf("parameters %v", params)
			}
		})
	}
}

func placed(t *testing.T, r seen) (placement string, params url.Values) {
	t.Helper()
	body, err := url.ParseQuery(r.body)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case r.body == "" && r.Header.Get("Authorization") != "":
		return "v3", r.URL.Query()
	case r.RequestURI == "/" && r.Header.Get("Authorization") != "":
		return "v3-form", body
	case r.RequestURI == "/" && body.Get("Signature") != "" && r.Header.Get("X-Acs-Security-Token") == "":
		return "v1", body
	}
	return "unknown", nil
}

// TestEveryPayloadByteArrives covers all bytes, including invalid UTF-8, in each placement.
func TestEveryPayloadByteArrives(t *testing.T) {
	var all []byte
	for i := range 256 {
		all = append(all, byte(i))
	}
	for _, signature := range []Signature{"v3", "v3-form", "v1"} {
		g := newGateway(t, ok)
		c := newTestClient(t, g.url, plainKey, &Options{Signature: signature})
		if _, err := c.SendMessage(t.Context(), "t", string(all)); err != nil {
			t.Fatal(err)
		}
		if _, params := placed(t, g.all()[0]); params.Get("Payload") != string(all) {
			t.Errorf("%s: %q", signature, params.Get("Payload"))
		}
	}
}

// A machine whose clock was never set starts at 1970. Its requests have a date, so that the API can say what is wrong.
func TestTheFirstSecondHasADate(t *testing.T) {
	if st := new(signer).stamp(time.Unix(0, 0), fixedNonces); st.date != "1970-01-01T00:00:00Z" {
		t.Errorf("date %q", st.date)
	}
}

func TestEachAttemptIsNew(t *testing.T) {
	g := newGateway(t, ok)
	c := newTestClient(t, g.url, plainKey, nil)
	nonces := map[string]bool{}
	const calls = 3 * noncesAtOnce
	for range calls {
		if _, err := c.SendMessage(t.Context(), "t", "p"); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range g.all() {
		nonce := r.Header.Get("X-Acs-Signature-Nonce")
		if len(nonce) != 32 {
			t.Errorf("nonce %q", nonce)
		}
		nonces[nonce] = true
	}
	if len(nonces) != calls {
		t.Errorf("%d nonces in %d calls", len(nonces), calls)
	}
}

// TestStampFollowsClockAndCredentials checks what a signer keeps between calls.
func TestStampFollowsClockAndCredentials(t *testing.T) {
	s := new(signer)
	now := fixedNow()
	otherSecret, otherToken := plainKey, stsKey
	otherSecret.AccessKeySecret += "x"
	otherToken.SecurityToken += "x"
	for range 3 {
		for _, key := range []Credentials{plainKey, otherSecret, stsKey, otherToken, vectorKey, plainKey} {
			now = now.Add(700 * time.Millisecond)
			if err := s.use(key); err != nil {
				t.Fatal(err)
			}
			st := s.stamp(now, fixedNonces)
			if want := now.UTC().Format(time.RFC3339); st.date != want {
				t.Errorf("date %s, want %s", st.date, want)
			}
			c := newTestClient(t, "https://"+vectorHost, key, nil)
			fresh := new(signer)
			if err := fresh.use(key); err != nil {
				t.Fatal(err)
			}
			for _, signature := range []Signature{"v3", "v1"} {
				c.options.Signature = signature
				if got, want := c.sign(s, st, "t", "p").signature, c.sign(fresh, st, "t", "p").signature; got != want {
					t.Errorf("%s of %v: a kept signer gives %s, a new one %s", signature, key, got, want)
				}
			}
		}
	}
}
