package webhook_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"strings"
	"testing"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
)

// used is what the process has allocated so far, in bytes: on the heap, and for stacks.
type used struct{ heap, stacks uint64 }

func readUsed() used {
	list := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}, {Name: "/memory/classes/heap/stacks:bytes"}}
	metrics.Read(list)
	return used{list[0].Value.Uint64(), list[1].Value.Uint64()}
}

// worked returns the memory that f allocates, on the heap and for stacks: it never has more than that. No collection runs
// meanwhile, because one would shrink stacks.
func worked(f func()) uint64 {
	runtime.GC()
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	before := readUsed()
	f()
	after := readUsed()
	return after.heap - before.heap + max(after.stacks, before.stacks) - before.stacks
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
	inletOf := must(inlet.New(specOf(t, anybody), nil, nil))
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
	i := must(inlet.New(specOf(t, anybody), nil, nil))
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
