package webhook_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"testing"
	"time"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
)

// everyVerifier has an inlet for each verifier.
var everyVerifier = map[string]string{
	"bearer":      "{verify: bearer, secretEnv: S, type: t}",
	"basic":       "{verify: basic, secretEnv: S, type: t}",
	"standard":    "{verify: standard, secretEnv: S, type: t}",
	"github":      "{verify: github, secretEnv: S}",
	"stripe":      "{verify: stripe, secretEnv: S}",
	"hmac":        "{verify: hmac, secretEnv: S, header: X-Sig, type: t}",
	"eventbridge": "{verify: eventbridge, secretEnv: S, region: cn-hangzhou, url: https://in.example/in/in, cloudevents: true}",
	"sns":         "{verify: sns, topicArns: [\"arn:aws:sns:us-east-1:123456789012:alarms\"]}",
	"none":        "{verify: none, unverified: anybody-may-post, type: t}",
	"any event":   "{verify: none, unverified: anybody-may-post, type: t, cloudevents: true, challenge: slack}",
}

// worked returns the memory that f allocates, on the heap and for stacks.
func worked(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc + max(after.StackInuse, before.StackInuse) - before.StackInuse
}

// A megabyte of brackets from an unauthenticated sender costs only the reading.
func TestUnauthenticatedDeepBodiesAreNotParsed(t *testing.T) {
	deep := strings.Repeat("[", 1_000_000)
	for name, yaml := range everyVerifier {
		secret := "whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0"
		if name == "basic" {
			secret = "user:password"
		}
		i := must(inlet.New(specOf(t, yaml), []string{secret}, &inlet.Options{Transport: unreachable{}, Now: func() time.Time { return time.Unix(1700000000, 0) }}))
		h := newHandler(sendAll, webhook.Options{Inlets: []*inlet.Inlet{i}, MaxBody: 2 << 20})
		for _, mediaType := range []string{"application/json", "", "application/x-ndjson", "application/x-www-form-urlencoded", structuredType, batchType} {
			r := postTo("/in/in", deep, "Content-Type: "+mediaType)
			code := 0
			if n := worked(func() { code = answerTo(h, r).Code }); n > 20<<20 || code < 400 || code > 401 {
				t.Errorf("%s, %q: %d, %d KB", name, mediaType, code, n>>10)
			}
		}
	}
}

func TestDeepEventsAreRefused(t *testing.T) {
	deep := strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)
	event := `{"specversion":"1.0","id":"1","source":"/s","type":"t","data":` + deep + `}`
	h := newHandler(sendAll, webhook.Options{})
	for name, r := range map[string][2]string{"structured": {structuredType, event}, "batch": {batchType, "[" + event + "]"}} {
		if w := answerTo(h, newRequest(r[1], "Content-Type: "+r[0])); w.Code != 400 || !strings.Contains(w.Body.String(), "nests deeper than 10000") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
}

// A batch of invalid elements is answered with the first of them and their number, and logged in one line.
func TestWhatIsRefusedOfABatchIsBounded(t *testing.T) {
	const bad = 9000
	good := `{"specversion":"1.0","id":"1","source":"/s","type":"t"}`
	elements := strings.Repeat("1,", bad-1) + good + ",1"
	inletOf := must(inlet.New(specOf(t, everyVerifier["none"]), nil, nil))
	for name, c := range map[string]struct{ path, mediaType, body string }{
		"batch": {"/", batchType, "[" + elements + "]"},
		"lines": {"/in/in", "application/x-ndjson", strings.ReplaceAll(strings.ReplaceAll(elements, "1,", "x\n"), good+",1", good+"\nx")},
	} {
		var log bytes.Buffer
		delivered := 0
		h := newHandler(func(ctx context.Context, records []core.Record) []core.Result {
			delivered = len(records)
			return sendAll(ctx, records)
		}, webhook.Options{Log: slog.New(slog.NewJSONHandler(&log, nil)), Inlets: []*inlet.Inlet{inletOf}})
		w := answerTo(h, postTo(c.path, c.body, "Content-Type: "+c.mediaType))
		var answer struct {
			Detail string
			Events []struct {
				Index   int
				Outcome string
				Detail  string
			}
		}
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatalf("%s: %v: %s", name, err, w.Body)
		}
		last, sent := answer.Events[20], answer.Events[len(answer.Events)-1]
		switch {
		case delivered != 22 || len(answer.Events) != 22:
			t.Errorf("%s: %d delivered, %d answered", name, delivered, len(answer.Events))
		case last.Index != 20 || !strings.HasPrefix(last.Detail, fmt.Sprint(bad-20, " elements")):
			t.Errorf("%s: the last says %v", name, last)
		case sent.Index != bad-1 || sent.Outcome != "sent":
			t.Errorf("%s: the event was %v", name, sent)
		case !strings.HasPrefix(answer.Detail, fmt.Sprintf("%d of %d events", bad, bad+1)):
			t.Errorf("%s: %s", name, answer.Detail)
		}
		if lines := bytes.Count(log.Bytes(), []byte("\n")); lines != 1 || log.Len() > 8<<10 || !strings.Contains(log.String(), fmt.Sprintf(`"count":%d`, bad)) {
			t.Errorf("%s: %d lines, %d bytes: %.300s", name, lines, log.Len(), log.String())
		}
	}
}

// Elements beyond a limit are not examined.
func TestCountsEndAtTheirLimit(t *testing.T) {
	i := must(inlet.New(specOf(t, everyVerifier["none"]), nil, nil))
	h := newHandler(sendAll, webhook.Options{Inlets: []*inlet.Inlet{i}})
	for name, c := range map[string]struct{ path, mediaType, body, code string }{
		"batch": {"/", batchType, "[" + strings.Repeat("1,", 500_000) + "1]", "BatchTooLarge"},
		"lines": {"/in/in", "application/x-ndjson", strings.Repeat("1\n", 500_000), "BatchTooLarge"},
		"form":  {"/in/in", "application/x-www-form-urlencoded", strings.Repeat("a&", 500_000), "FormTooLarge"},
	} {
		r, code, body := postTo(c.path, c.body, "Content-Type: "+c.mediaType), 0, ""
		if n := worked(func() { w := answerTo(h, r); code, body = w.Code, w.Body.String() }); n > 10<<20 || code != 413 || !strings.Contains(body, c.code) {
			t.Errorf("%s: %d %s, %d KB", name, code, body, n>>10)
		}
	}
}
