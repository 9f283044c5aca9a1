package onsmqtt

import (
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A request target of 4096 bytes is sent in the query, as the docs say, and one of 4097 in a form.
func TestATargetHasUpTo4096Bytes(t *testing.T) {
	room := 4096 - len("/?InstanceId="+testInstance+"&MqttTopic=t&Payload=")
	for size, want := range map[int]string{room: "v3", room + 1: "v1"} {
		g := newGateway(t, ok)
		if _, err := newTestClient(t, g.url, stsKey, nil).SendMessage(t.Context(), "t", strings.Repeat("x", size)); err != nil {
			t.Fatal(err)
		}
		r := g.all()[0]
		if placement, _ := placed(t, r); placement != want || want == "v3" && len(r.RequestURI) != 4096 {
			t.Errorf("%d bytes are placed %s, in a target of %d", size, placement, len(r.RequestURI))
		}
	}
}

// An answer of 64 KiB is read, and nothing after that.
func TestAnAnswerHasUpTo64KiB(t *testing.T) {
	const head, tail = `{"RequestId":"R1",`, `"MsgId":"M1"}`
	fits := head + strings.Repeat(" ", 65536-len(head+tail)) + tail
	for name, answer := range map[string]string{
		"its length known": raw(200, fits),
		"packed":           raw(200, zipped(fits), "Content-Encoding: gzip"),
	} {
		if r, err := send(t, answer); err != nil || r.MsgID != "M1" {
			t.Errorf("%s: %+v, %v", name, r, err)
		}
	}
	over := head + strings.Repeat(" ", 65537-len(head+tail)) + tail
	for name, answer := range map[string]string{
		"its length known": raw(200, over),
		"packed":           raw(200, zipped(over), "Content-Encoding: gzip"),
	} {
		if _, err := send(t, answer); err == nil || asError(t, err).Code != "NoMsgId" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// An echoed secret of four characters is cut off with everything after it. Three characters cannot be distinguished from
// prose.
func TestShortSecretsInEchoes(t *testing.T) {
	for name, s := range map[string]secrets{
		"secret":    {credentials: Credentials{AccessKeySecret: "q7Z!"}},
		"token":     {credentials: Credentials{SecurityToken: "q7Z!"}},
		"signature": {signature: "q7Z!"},
		"payload":   {payload: "q7Z!"},
	} {
		for text, want := range map[string]string{
			"no such key: q7Z! is unknown":   "no such key:…",
			"no such key: Q7z! is unknown":   "no such key:…",
			"no such key: q7Z%21 is unknown": "no such key:…",
			"no such key: q7Z":               "no such key: q7Z",
		} {
			if got := s.clean(text); got != want {
				t.Errorf("%s: %q, want %q", name, got, want)
			}
		}
	}
	if got := (secrets{payload: "the"}).clean("in the way"); got != "in the way" {
		t.Errorf("a payload of three characters: %q", got)
	}
	if got := (secrets{payload: "Code"}).word("InvalidCode"); got != "InvalidCode" {
		t.Errorf("a payload that is part of a code: %q", got)
	}
	if got := (secrets{payload: "InvalidInstance"}).word("InvalidInstance"); got != "InvalidInstance" {
		t.Errorf("a payload of fifteen characters that is a code: %q", got)
	}
	if got := (secrets{payload: "0123456789abcdef and more"}).word("X0123456789abcdef"); got != "" {
		t.Errorf("sixteen characters of a payload: %q", got)
	}
	if got := (secrets{credentials: Credentials{AccessKeySecret: "abcd"}}).word("X-abcd"); got != "" {
		t.Errorf("a secret of four characters: %q", got)
	}
}

// A message of 300 bytes is whole; a longer one is cut and says so. A code or a request id has up to 64 bytes.
func TestHowMuchOfAnAnswerIsShown(t *testing.T) {
	fits := strings.Repeat("x", 300)
	for text, want := range map[string]string{fits: fits, fits + "x": fits + "…"} {
		if got := Redact(text, plainKey); got != want {
			t.Errorf("%d bytes became %q", len(text), got)
		}
	}
	id := strings.Repeat("x", 64)
	for text, want := range map[string]string{id: id, id + "x": ""} {
		if got := (secrets{}).word(text); got != want {
			t.Errorf("%d bytes became %q", len(text), got)
		}
	}
}

// Nonces are drawn sixteen at a time, and each one is used once before others are drawn.
func TestNoNonceIsWasted(t *testing.T) {
	if n := len(randomNonces()); n != 16*32 {
		t.Errorf("%d digits are drawn at once", n)
	}
	s, draws := new(signer), 0
	draw := func() string {
		draws++
		return strings.Repeat("a", 32) + strings.Repeat("b", 32)
	}
	for n := range 6 {
		st := s.stamp(fixedNow(), draw)
		if want := strings.Repeat([]string{"a", "b"}[n%2], 32); st.nonce != want || draws != n/2+1 {
			t.Errorf("stamp %d has nonce %s after %d draws", n, st.nonce, draws)
		}
	}
}

// The times of a contact are those of its steps: first the name, then the connection.
func TestTheTimesOfAContact(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &watch{began: time.Now()}
		time.Sleep(30 * time.Millisecond)
		w.resolve([]net.IPAddr{{IP: net.IPv4(192, 0, 2, 1)}, {IP: net.IPv4(192, 0, 2, 2)}})
		time.Sleep(50 * time.Millisecond)
		here, there := net.Pipe()
		defer there.Close()
		defer here.Close()
		w.connect(here)
		time.Sleep(time.Second)
		got := w.result()
		if got.Resolving != 30*time.Millisecond || got.Connecting != 50*time.Millisecond || strings.Join(got.Addresses, " ") != "192.0.2.1 192.0.2.2" {
			t.Errorf("%+v", got)
		}
		w = &watch{began: time.Now()}
		time.Sleep(50 * time.Millisecond)
		w.connect(here)
		if got := w.result(); got.Resolving != 0 || got.Connecting != 50*time.Millisecond {
			t.Errorf("without a name: %+v", got)
		}
	})
}
