package webhook_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/adapters/webhook"
	"sendbridge/core"
	"sendbridge/core/fault"
)

func TestMethods(t *testing.T) {
	h := newHandler(sendAll, webhook.Options{})
	for _, method := range []string{"GET", "HEAD", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "post", "BREW"} {
		r := newRequest("", binaryHeaders()...)
		r.Method = method
		w := answerTo(h, r)
		if w.Code != 405 || w.Header().Get("Allow") != "POST, OPTIONS" {
			t.Errorf("%s: %d, Allow %q", method, w.Code, w.Header().Get("Allow"))
		}
		if p := problemOf(t, w); p.Code != "MethodNotAllowed" {
			t.Errorf("%s: %+v", method, p)
		}
	}
}

func TestOtherPaths(t *testing.T) {
	h := newHandler(sendAll, webhook.Options{})
	for _, method := range []string{"POST", "OPTIONS", "GET"} {
		r := newRequest("", binaryHeaders("WebHook-Request-Origin: a.example")...)
		r.Method, r.URL.Path = method, "/secret-in-a-path"
		w := answerTo(h, r)
		if p := problemOf(t, w); w.Code != 400 || p.Code != "NoInlet" || strings.Contains(w.Body.String(), "secret") {
			t.Errorf("%s: %d %s", method, w.Code, w.Body)
		}
	}
}

func TestWholeRequestFaults(t *testing.T) {
	h := newHandler(sendAll, webhook.Options{MaxBody: 100})
	for _, c := range []struct {
		name    string
		request *http.Request
		status  int
		code    string
	}{
		{"malformed structured event", newRequest(`{`, "Content-Type: "+structuredType), 400, "InvalidEvent"},
		{"malformed batch", newRequest(`[`, "Content-Type: "+batchType), 400, "InvalidEvent"},
		{"no id", newRequest("", binaryHeaders("ce-id:")...), 400, "InvalidEvent"},
		{"no event", newRequest("x"), 415, "UnsupportedMediaType"},
		{"charset", newRequest("{}", "Content-Type: "+structuredType+"; charset=klingon"), 415, "UnsupportedMediaType"},
		{"coding", newRequest("x", binaryHeaders("Content-Encoding: compress")...), 415, "UnsupportedEncoding"},
		{"body", newRequest(strings.Repeat("x", 101), binaryHeaders()...), 413, "BodyTooLarge"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := answerTo(h, c.request)
			p := problemOf(t, w)
			if w.Code != c.status || p.Code != c.code || p.Class != fault.ClassMessage || p.Actor != fault.ActorSender {
				t.Errorf("got %d %+v", w.Code, p)
			}
			if got := w.Header().Get("Retry-After"); got != "" {
				t.Errorf("Retry-After %q for what will never go", got)
			}
			if c.status == 415 && !strings.Contains(w.Header().Get("Accept-Encoding"), "gzip") {
				t.Error("no Accept-Encoding")
			}
		})
	}
}

// TestLongValuesAreCut: an answer must not repeat a megabyte.
func TestLongValuesAreCut(t *testing.T) {
	body := `{"specversion":"1.0","id":"7","source":"/s","type":"` + strings.Repeat("€", 100_000) + `\u0000"}`
	w := answerTo(newHandler(sendAll, webhook.Options{}), newRequest(body, "Content-Type: "+structuredType))
	p := problemOf(t, w)
	if w.Code != 400 || w.Body.Len() > 8192 || strings.Contains(p.Detail, "\uFFFD") {
		t.Errorf("%d, %d bytes", w.Code, w.Body.Len())
	}
}

func TestTimeout(t *testing.T) {
	for _, c := range []struct{ set, want time.Duration }{{0, 9 * time.Second}, {3 * time.Second, 3 * time.Second}} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			wait := func(ctx context.Context, records []core.Record) []core.Result {
				<-ctx.Done()
				return []core.Result{{Record: records[0], Outcome: core.Failed, Err: ctx.Err()}}
			}
			w := answerTo(newHandler(wait, webhook.Options{Timeout: c.set}), newRequest("", binaryHeaders()...))
			if p := problemOf(t, w); w.Code != 503 || p.Class != fault.ClassTransient {
				t.Errorf("%d %+v", w.Code, p)
			}
			if got := time.Since(start); got != c.want {
				t.Errorf("answered after %v, want %v", got, c.want)
			}
		})
	}
}

func TestPanic(t *testing.T) {
	var log bytes.Buffer
	broken := func(context.Context, []core.Record) []core.Result { panic("payload-in-a-panic") }
	h := newHandler(broken, webhook.Options{Log: slog.New(slog.NewJSONHandler(&log, nil))})
	w := answerTo(h, newRequest("", binaryHeaders()...))
	if p := problemOf(t, w); w.Code != 500 || p.Code != "Panic" || p.Class != fault.ClassUnknown || p.Actor != fault.ActorYou {
		t.Errorf("%d %+v", w.Code, p)
	}
	if strings.Contains(w.Body.String()+log.String(), "payload-in-a-panic") {
		t.Errorf("the panic's value is shown: %s %s", w.Body, &log)
	}
	if !strings.Contains(log.String(), "handler_test.go") || !strings.Contains(log.String(), `"level":"ERROR"`) {
		t.Errorf("the log does not say where: %s", &log)
	}

	log.Reset()
	broken = func(_ context.Context, records []core.Record) []core.Result {
		return []core.Result{{}}[:len(records)+1]
	}
	h = newHandler(broken, webhook.Options{Log: slog.New(slog.NewJSONHandler(&log, nil))})
	if w := answerTo(h, newRequest("", binaryHeaders()...)); w.Code != 500 || !strings.Contains(log.String(), "out of range") {
		t.Errorf("%d %s", w.Code, &log)
	}
}

func TestAbortedHandlerStaysAborted(t *testing.T) {
	h := newHandler(func(context.Context, []core.Record) []core.Result { panic(http.ErrAbortHandler) }, webhook.Options{})
	defer func() {
		if p := recover(); p != http.ErrAbortHandler {
			t.Errorf("recovered %v", p)
		}
	}()
	h.ServeHTTP(httptest.NewRecorder(), newRequest("", binaryHeaders()...))
	t.Error("the handler returned")
}

// TestNothingSecretIsShown: no answer and no log line contains a token or a payload.
func TestNothingSecretIsShown(t *testing.T) {
	var log bytes.Buffer
	h := newHandler(sendAll, webhook.Options{Tokens: []string{"the-token"}, MaxBody: 300, Log: slog.New(slog.NewJSONHandler(&log, nil))})
	right, wrong := "Authorization: Bearer the-token", "Authorization: Bearer wrong-token"
	for _, r := range []*http.Request{
		newRequest("the-payload", binaryHeaders(wrong)...),
		newRequest("the-payload", binaryHeaders(right, "ce-id:")...),
		newRequest("the-payload"+strings.Repeat("x", 300), binaryHeaders(right)...),
		newRequest("the-payload", right),
		newRequest("the-payload", right, "Content-Type: "+structuredType),
		newRequest(`{"data":"the-payload"}`, right, "Content-Type: "+structuredType),
		newRequest(whole+`,"data_base64":"the-payload"}`, right, "Content-Type: "+structuredType),
		newRequest(`[{"data":"the-payload"}]`, right, "Content-Type: "+batchType),
	} {
		log.Reset()
		w := answerTo(h, r)
		if w.Code < 400 {
			t.Fatalf("status %d", w.Code)
		}
		for _, secret := range []string{"the-token", "wrong-token", "the-payload"} {
			if strings.Contains(w.Body.String(), secret) || strings.Contains(log.String(), secret) {
				t.Errorf("%s is shown: %s %s", secret, w.Body, &log)
			}
		}
		if isBatch := r.Header.Get("Content-Type") == batchType; !isBatch && !strings.Contains(log.String(), "request refused") {
			t.Errorf("nothing in the log for %d", w.Code)
		}
	}
}

func TestDefaultOptions(t *testing.T) {
	h := webhook.New(sendAll, nil)
	if w := answerTo(h, newRequest("x", binaryHeaders("Origin: https://anywhere.example")...)); w.Code != 204 || w.Body.Len() != 0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	fits := newRequest(strings.Repeat("x", 1<<20), binaryHeaders()...)
	if w := answerTo(h, fits); w.Code != 204 {
		t.Errorf("1 MiB: %d", w.Code)
	}
}
