package main

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"sendbridge/core/onstest"
)

// An api is an emulator that counts what it published, by payload.
type api struct {
	*httptest.Server
	emulator *onstest.Handler
	mu       sync.Mutex
	got      map[string]int
	total    int
	reached  map[int]func() // called when this many were published
}

func newAPI(t *testing.T) *api {
	t.Helper()
	a := &api{got: map[string]int{}, reached: map[int]func(){}}
	a.emulator = onstest.New(&onstest.Options{Quota: &onstest.Quota{}, Publish: func(m onstest.Message) error {
		a.mu.Lock()
		defer a.mu.Unlock()
		a.got[m.Payload]++
		a.total++
		if call := a.reached[a.total]; call != nil {
			call()
		}
		return nil
	}})
	a.Server = httptest.NewServer(a.emulator)
	t.Cleanup(a.Close)
	return a
}

// environ returns the environment of a replay. Its rule sends the id of each event.
func (a *api) environ(extra ...string) []string {
	return slices.Concat(unhurried, []string{
		"SENDBRIDGE_INSTANCE_ID=" + onstest.Instance, "SENDBRIDGE_ENDPOINT=" + a.URL, "SENDBRIDGE_RATE=0", "SENDBRIDGE_LOG=error",
		`SENDBRIDGE_RULES=rules: [{name: door, pattern: {type: [door]}, topic: door, payload: {template: "${$.id}"}}]`,
		"ALIBABA_CLOUD_ACCESS_KEY_ID=" + onstest.AccessKeyID, "ALIBABA_CLOUD_ACCESS_KEY_SECRET=" + onstest.AccessKeySecret,
	}, extra)
}

// dead returns a dead letter as the file sink writes it.
func dead(id, kind, time, rule, code string) string {
	return fmt.Sprintf(`{"specversion":"1.0","id":%q,"source":"/doors","type":%q,"time":%q,"sendbridgerule":%q,"sendbridgecode":%q,"sendbridgeerror":"why"}`, id, kind, time, rule, code)
}

func TestReplaySendsDeadLettersOnce(t *testing.T) {
	const morning = "2026-11-26T08:00:00Z"
	file := strings.Join([]string{
		dead("a", "door", morning, "door", "TopicTooLong"),
		dead("b", "door", "2026-11-25T08:00:00Z", "door", "TopicTooLong"),
		dead("c", "door", morning, "window", "TopicTooLong"),
		"",
		dead("d", "door", morning, "door", "EventTooOld"),
		dead("e", "window", morning, "door", "TopicTooLong"),
		`{"specversion":"1.0","type":"door"}`,
		`no event`,
	}, "\n")
	for _, tt := range []struct {
		name    string
		args    []string
		stdin   bool
		sent    string // ids in order
		summary []string
	}{
		{"all", nil, false, "a b c d", []string{"7 read: 4 sent, 0 duplicate, 1 matched no rule, 2 refused, 0 failed", "2 not sent: InvalidEvent (class message)"}},
		{"since", []string{"--since", morning}, false, "a c d", []string{"1 left out: --since"}},
		{"rule", []string{"--rule", "door", "--rule", "other"}, false, "a b d", []string{"1 left out: --rule"}},
		{"code", []string{"--code", "EventTooOld"}, false, "d", []string{"4 left out: --code"}},
		{"standard input", nil, true, "a b c d", []string{"7 read: 4 sent"}},
		{"dry run", []string{"--dry-run"}, false, "", []string{"7 read: 4 would be sent"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t)
			path, stdin := filepath.Join(write(t, map[string]string{"dead.jsonl": file}), "dead.jsonl"), ""
			if tt.stdin {
				path, stdin = "-", file
			}
			_, out, errors := command(t, stdin, a.environ(), append([]string{"replay", path}, tt.args...)...)
			for _, want := range tt.summary {
				if !strings.Contains(errors, want) {
					t.Errorf("no %q in %s", want, errors)
				}
			}
			a.holds(t, tt.sent)
			if tt.name == "dry run" && (!strings.Contains(out, "a door door\n") || strings.Contains(out, "window")) {
				t.Errorf("a dry run prints %q", out)
			}
		})
	}
}

// published returns how many messages were published, and how many with a payload.
func (a *api) published(payload string) (total, withPayload int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.total, a.got[payload]
}

// holds checks that exactly these ids were published, once each.
func (a *api) holds(t *testing.T, ids string) {
	t.Helper()
	a.mu.Lock()
	defer a.mu.Unlock()
	want := strings.Fields(ids)
	for _, id := range want {
		if a.got[id] != 1 {
			t.Errorf("%s was published %d times", id, a.got[id])
		}
	}
	if a.total != len(want) {
		t.Errorf("published %v, want %s", a.got, ids)
	}
}

func TestReplayReadsWhatFilesHave(t *testing.T) {
	for name, tt := range map[string]struct{ file, sent, err string }{
		"an array":                   {"[" + dead("a", "door", "", "", "") + ",\n" + dead("b", "door", "", "", "") + "]", "a b", ""},
		"one event on several":       {strings.ReplaceAll(dead("a", "door", "", "", ""), ",", ",\n"), "a", ""},
		"the same line twice":        {dead("a", "door", "", "", "") + "\n" + dead("a", "door", "", "", ""), "a", ""},
		"an array that does not end": {"[" + dead("a", "door", "", "", ""), "a", "the array has no end"},
		"nothing":                    {"\n", "", ""},
		"no JSON":                    {"door\nwindow\n", "", "want JSON"},
		"what was never an event":    {dead("a", "sendbridge.undecodable", "", "", ""), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t)
			path := filepath.Join(write(t, map[string]string{"f": strings.ReplaceAll(tt.file, `"time":"",`, "")}), "f")
			_, _, errors := command(t, "", a.environ(), "replay", path)
			if tt.err != "" && !strings.Contains(errors, tt.err) {
				t.Errorf("no %q in %s", tt.err, errors)
			}
			a.holds(t, tt.sent)
		})
	}
}

func TestReplayRejectsInvalidFlags(t *testing.T) {
	a := newAPI(t)
	dir := write(t, map[string]string{"f": dead("a", "door", "", "", ""), "notes": "keep me"})
	for want, args := range map[string][]string{
		`--since "yesterday": want a time`: {"--since", "yesterday"},
		"--rate 300: want 1 to 250":        {"--rate", "300"},
		"is not a state file of replay":    {"--state", filepath.Join(dir, "notes")},
	} {
		code, _, errors := command(t, "", a.environ("SENDBRIDGE_RATE=250"), append([]string{"replay", filepath.Join(dir, "f")}, args...)...)
		if code != 1 || !strings.Contains(errors, want) {
			t.Errorf("%v: %d, no %q in %s", args, code, want, errors)
		}
	}
	if notes, err := os.ReadFile(filepath.Join(dir, "notes")); err != nil || string(notes) != "keep me" {
		t.Errorf("the file became %q, %v", notes, err)
	}
}

// A replay is stopped in the middle while the API fails an event. The same command continues, and each event is sent once.
func TestReplayContinuesWhereItStopped(t *testing.T) { stopAndContinue(t, 1000, 300) }

func stopAndContinue(t *testing.T, events, stopAfter int) {
	t.Helper()
	var file strings.Builder
	for i := range events {
		fmt.Fprintln(&file, strings.Replace(dead(fmt.Sprint(i), "door", "", "door", "TopicTooLong"), `"time":"",`, "", 1))
	}
	path := filepath.Join(write(t, map[string]string{"dead.jsonl": file.String()}), "dead.jsonl")
	a := newAPI(t)
	ctx, stop := context.WithCancel(t.Context())
	a.reached[stopAfter] = stop
	var stderr strings.Builder
	if code := run(ctx, []string{"replay", path}, terminal{nil, &stderr, &stderr, a.environ()}); code != 1 || !strings.Contains(stderr.String(), "run the same command again to continue") {
		t.Fatalf("stopped: %d %s", code, &stderr)
	}
	if total, _ := a.published(""); total < stopAfter || total == events {
		t.Fatalf("%d were published before the stop", total)
	}
	if err := a.emulator.Fail(onstest.Fault{Code: "NoPermission", Times: 1}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"1 not sent: NoPermission", "1 sent", "left out: sent by an earlier run"} {
		if _, _, errors := command(t, "", a.environ(), "replay", path); !strings.Contains(errors, want) {
			t.Fatalf("no %q in %s", want, errors)
		}
	}
	for i := range events {
		if _, n := a.published(fmt.Sprint(i)); n != 1 {
			t.Fatalf("event %d was published %d times", i, n)
		}
	}
}

// A kill can cut the last line of the state file short. Only that line's event is sent again.
func TestReplaySurvivesALineCutShort(t *testing.T) {
	a := newAPI(t)
	dir := write(t, map[string]string{"f": strings.ReplaceAll(dead("a", "door", "", "", "")+"\n"+dead("b", "door", "", "", ""), `"time":"",`, "")})
	path := filepath.Join(dir, "f")
	command(t, "", a.environ(), "replay", path)
	state, err := os.ReadFile(path + ".replayed")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path+".replayed", state[:len(state)-20], 0o600); err != nil {
		t.Fatal(err)
	}
	command(t, "", a.environ(), "replay", path)
	code, _, errors := command(t, "", a.environ(), "replay", path)
	if total, _ := a.published(""); code != 0 || !strings.Contains(errors, "2 left out") || total != 3 {
		t.Errorf("%d %s, %d published", code, errors, total)
	}
}
