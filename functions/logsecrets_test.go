package functions

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/cloudevent"
	"sendbridge/core/onsmqtt"
	"sendbridge/core/rules"
)

// A gossip answers with everything that it was sent, and records the signatures.
type gossip struct {
	answer func(w http.ResponseWriter, request string)

	mu         sync.Mutex
	signatures []string
}

var signature = regexp.MustCompile(`Signature=([^&,\s]+)`)

func (g *gossip) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	request := fmt.Sprint(r.RequestURI, " ", r.Header, " ", string(body))
	g.mu.Lock()
	for _, found := range signature.FindAllStringSubmatch(request, -1) {
		decoded, _ := url.QueryUnescape(found[1])
		g.signatures = append(g.signatures, found[1], decoded)
	}
	g.mu.Unlock()
	g.answer(w, request)
}

func TestLogHoldsNoSecretAndNoPayload(t *testing.T) {
	answers := map[string]func(w http.ResponseWriter, request string){
		"accepted": func(w http.ResponseWriter, _ string) { io.WriteString(w, `{"MsgId":"M-1","RequestId":"R-1"}`) },
		"refused": func(w http.ResponseWriter, request string) {
			w.WriteHeader(400)
			fmt.Fprintf(w, `{"Code":"ParameterCheckFailed","Message":%q,"RequestId":"R-1"}`, request)
		},
		"signature": func(w http.ResponseWriter, request string) {
			w.WriteHeader(400)
			fmt.Fprintf(w, `{"Code":"SignatureDoesNotMatch","Message":"server string to sign is:%s","RequestId":"R-1"}`, url.QueryEscape(request))
		},
		"html": func(w http.ResponseWriter, request string) {
			w.WriteHeader(502)
			fmt.Fprintf(w, "<html>%s</html>", request)
		},
		"closed": func(http.ResponseWriter, string) { panic(http.ErrAbortHandler) },
	}
	for name, answer := range answers {
		for _, version := range []onsmqtt.Signature{"v3", "v3-form", "v1"} {
			t.Run(fmt.Sprint(name, "/", version), func(t *testing.T) {
				g := &gossip{answer: answer}
				log := logOfDeliveries(t, g, version)
				if len(g.signatures) == 0 {
					t.Fatal("no signature was seen")
				}
				for _, secret := range append(g.signatures, "key-secret", "sts-token-of-ours", "CONFIDENTIAL") {
					if strings.Contains(log, secret) {
						t.Errorf("%q is in the log:\n%s", secret, log)
					}
				}
				if n := strings.Count(log, `"msg":"event"`); n != 4 {
					t.Errorf("%d lines of 4 events:\n%s", n, log)
				}
			})
		}
	}
}

type sendFunc func(ctx context.Context, topic, payload string) (core.Receipt, error)

func (f sendFunc) SendMessage(ctx context.Context, topic, payload string) (core.Receipt, error) {
	return f(ctx, topic, payload)
}

// logOfDeliveries sends events with confidential data through a real client, and returns the log.
func logOfDeliveries(t *testing.T, g *gossip, version onsmqtt.Signature) string {
	t.Helper()
	server := httptest.NewServer(g)
	defer server.Close()
	client, err := onsmqtt.New(server.URL, "post-cn-x", func(context.Context) (onsmqtt.Credentials, error) {
		return onsmqtt.Credentials{AccessKeyID: "STS.id", AccessKeySecret: "key-secret", SecurityToken: "sts-token-of-ours"}, nil
	}, &onsmqtt.Options{Signature: version})
	if err != nil {
		t.Fatal(err)
	}
	defer client.CloseIdleConnections()
	set, err := rules.Parse("test.yaml", []byte(`
rules:
  - {name: text, topic: door/a, payload: {jsonpath: $.data.text}}
  - {name: all, topic: door/b, payload: original}
  - {name: json, topic: door/c, payload: {template: '{"x": ${$.data.text}}'}}
`))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	b := bridge.New(sendFunc(func(ctx context.Context, topic, payload string) (core.Receipt, error) {
		r, err := client.SendMessage(ctx, topic, payload)
		return core.Receipt{MsgID: r.MsgID, RequestID: r.RequestID, Attempts: 1}, err
	}), set, &bridge.Options{Observe: newEventLog(NewLogger(&log, slog.LevelDebug)).observe})
	var records []core.Record
	for i, data := range []string{`{"text":"CONFIDENTIAL + 100 %"}`, `{"text":{"CONFIDENTIAL":true}}`, `{"text":"CONFIDENTIAL\u0000"}`, `{"CONFIDENTIAL":1}`} {
		e, err := cloudevent.DecodeEvent(fmt.Appendf(nil, `{"specversion":"1.0","id":"%d","source":"/s","type":"t","data":%s}`, i, data))
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, core.Record{Event: e, OrderingKey: "one"})
	}
	for _, r := range slices.Backward(records) {
		b.Deliver(t.Context(), []core.Record{r})
	}
	return log.String()
}
