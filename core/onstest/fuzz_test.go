package onstest

import (
	"bufio"
	"bytes"
	"net/http"
	"net/http/httputil"
	"strings"
	"testing"
)

// FuzzHandler starts from signed calls. Whatever becomes of them: who lacks the secret is never answered with a MsgId,
// who has it never gets another message through than the one that was signed, and every answer parses.
func FuzzHandler(f *testing.F) {
	for _, key := range []Key{plainKey, stsKey} {
		for _, inForm := range []bool{false, true} {
			for _, sign := range []func(*draft) *http.Request{(*draft).v1, (*draft).v3} {
				d := newDraft()
				d.key, d.inForm = key, inForm
				raw, err := httputil.DumpRequest(sign(d), true)
				if err != nil {
					f.Fatal(err)
				}
				f.Add(raw)
			}
		}
	}
	f.Add([]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n"))
	f.Add([]byte("POST /_emulator/faults HTTP/1.1\r\nHost: localhost\r\nContent-Length: 18\r\n\r\n[{\"code\":\"reset\"}]"))
	signed := newDraft().params
	f.Fuzz(func(t *testing.T, raw []byte) {
		stranger := still(Options{Keys: []Key{{ID: AccessKeyID, Secret: "unknown"}, {ID: STSKeyID, Secret: "unknown", Token: STSToken}}})
		if o := fuzzed(t, stranger, raw); o.reply.MsgID != "" || len(stranger.Messages()) > 0 {
			t.Errorf("accepted without the secret: %d %s", o.status, o.body)
		}
		owner := still(Options{})
		o := fuzzed(t, owner, raw)
		for _, m := range owner.Messages() {
			if m.Topic != signed.Get("MqttTopic") || m.Payload != signed.Get("Payload") || m.MsgID != o.reply.MsgID {
				t.Errorf("another message than was signed: %+v", m)
			}
		}
	})
}

// fuzzed sends one raw request and checks what every answer owes its caller.
func fuzzed(t *testing.T, h *Handler, raw []byte) outcome {
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(raw)))
	if err != nil {
		return outcome{}
	}
	r.RemoteAddr = "10.0.0.1:1"
	o := send(h, r)
	if strings.HasPrefix(r.URL.Path, "/_emulator/") {
		return outcome{}
	}
	html := o.header.Get("Content-Type") == "text/html" && strings.HasSuffix(o.body, "</html>\r\n")
	whole := o.parsed && o.reply.RequestID != "" && (o.status == http.StatusOK) == (o.reply.MsgID != "") && (o.status == http.StatusOK) == (o.reply.Code == "")
	if !o.dropped && !html && !whole {
		t.Errorf("status %d, header %v, body %q", o.status, o.header, o.body)
	}
	return o
}
