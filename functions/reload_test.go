package functions_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"sendbridge/core/onstest"
	"sendbridge/functions"
)

func parse(t *testing.T, src string) functions.Rules {
	t.Helper()
	r, err := functions.ParseRules("r.yaml", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// request sends an event to the app's own handler.
func (s *scene) request(path, id string, headers ...string) int {
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(`{"specversion":"1.0","id":"`+id+`","source":"/s","type":"t"}`))
	r.Header.Set("Content-Type", "application/cloudevents+json")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.app.Handler().ServeHTTP(w, r)
	return w.Code
}

func (s *scene) topics() []string {
	var list []string
	for _, m := range s.emulator.Messages() {
		list = append(list, m.Topic)
	}
	slices.Sort(list)
	return list
}

// A request in flight when the rules change uses the old rules to its last message. The next one uses the new rules, and
// dedup still recognises what was sent before.
func TestNewRulesLeaveWhatIsInFlightAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, onstest.Quota{})
		if _, err := s.app.Apply(parse(t, `rules: [{name: a, topic: old/a, payload: original}, {name: b, topic: old/b, payload: original}]`)); err != nil {
			t.Fatal(err)
		}
		release := make(chan struct{})
		slow := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s.answer.Store(nil)
			<-release
			s.emulator.ServeHTTP(w, r)
		})
		s.answer.Store(&slow)
		first := make(chan int)
		go func() { first <- s.request("/", "1") }()
		synctest.Wait()
		if _, err := s.app.Apply(parse(t, `rules: [{name: a, topic: new/a, payload: original}, {name: c, topic: new/c, payload: original}]`)); err != nil {
			t.Fatal(err)
		}
		if status := s.request("/", "2"); status != 204 {
			t.Errorf("the event after the change is answered %d", status)
		}
		close(release)
		if status := <-first; status != 204 {
			t.Errorf("the event under way is answered %d", status)
		}
		if got, want := s.topics(), []string{"new/a", "new/c", "old/a", "old/b"}; !slices.Equal(got, want) {
			t.Errorf("messages on %q, want %q", got, want)
		}
		if status := s.request("/", "1"); status != 204 || len(s.topics()) != 5 {
			t.Errorf("repeated: %d, messages on %q: rule a was sent before and c was not", status, s.topics())
		}
	})
}

// Inlets are added and removed with the rules of their file. An inlet without its secret prevents the change.
func TestInletsChangeWithTheRules(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, onstest.Quota{})
		with := func(inlets string) functions.Rules {
			return parse(t, "inlets: {"+inlets+"}\nrules: [{topic: t/x, payload: original}]")
		}
		if status := s.request("/in/open", "1"); status != 400 {
			t.Errorf("an inlet that is not there yet is answered %d", status)
		}
		if _, err := s.app.Apply(with(`open: {verify: none, unverified: anybody-may-post, cloudevents: true}`)); err != nil {
			t.Fatal(err)
		}
		if status := s.request("/in/open", "1"); status != 204 {
			t.Errorf("the new inlet answers %d", status)
		}
		before := s.app.RulesState()
		if _, err := s.app.Apply(with(`locked: {verify: bearer, secretEnv: NOT_THERE, cloudevents: true}`)); err == nil || !strings.Contains(err.Error(), "NOT_THERE is not set") {
			t.Errorf("an inlet without its secret: %v", err)
		}
		if after := s.app.RulesState(); after.Hash != before.Hash || !after.Since.Equal(before.Since) || !after.Failed {
			t.Errorf("%+v after a rejected change, before %+v", after, before)
		}
		if open, locked := s.request("/in/open", "2"), s.request("/in/locked", "3"); open != 204 || locked != 400 {
			t.Errorf("after a rejected change: %d and %d", open, locked)
		}
		if _, err := s.app.Apply(with(`other: {verify: none, unverified: anybody-may-post, cloudevents: true}`)); err != nil {
			t.Fatal(err)
		}
		if open, other := s.request("/in/open", "4"), s.request("/in/other", "5"); open != 400 || other != 204 {
			t.Errorf("the inlet that went answers %d, the one that came %d", open, other)
		}
	})
}

// Reloads log the changes of a valid file and the mistakes of an invalid one.
func TestReloadReadsTheFileAgain(t *testing.T) {
	file := filepath.Join(t.TempDir(), "r.yaml")
	save := func(text string) {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	save("rules: [{name: a, topic: x/a, payload: original}]")
	app, log := newReloadable(t, "SENDBRIDGE_RULES_FILE="+file)
	first := app.RulesState()

	save("rules: [{name: a, topic: x/b, payload: original}, {name: b, topic: x/b, payload: original}]")
	app.Reload()
	second := app.RulesState()
	line := lastLine(t, log)
	if line["msg"] != "rules reloaded" || line["changes"] != "rules: changed a; added b" || line["rulesHash"] != second.Hash || second.Hash == first.Hash || second.Since.Before(first.Since) || second.Failed {
		t.Errorf("%v, %+v", line, second)
	}

	save("rules: [{name: a, topic: 1/${$.x, payload: original}, {topic: x/b}]")
	app.Reload()
	line = lastLine(t, log)
	list, _ := line["list"].([]any)
	if line["level"] != "ERROR" || line["rulesHash"] != second.Hash || len(list) == 0 || !strings.HasPrefix(list[0].(string), file+":1:") {
		t.Errorf("%v", line)
	}
	if now := app.RulesState(); now.Hash != second.Hash || !now.Failed || !now.Since.Equal(second.Since) {
		t.Errorf("after a wrong file: %+v, before %+v", now, second)
	}

	os.Remove(file)
	app.Reload()
	if line := lastLine(t, log); line["level"] != "ERROR" || !strings.Contains(line["error"].(string), "no such file") {
		t.Errorf("%v", line)
	}

	save("rules: [{name: a, topic: x/b, payload: original}, {name: b, topic: x/b, payload: original}]  # as it was")
	app.Reload()
	if line, now := lastLine(t, log), app.RulesState(); line["changes"] != "none" || now.Failed {
		t.Errorf("%v, %+v", line, now)
	}
}

func TestRulesOfTheEnvironmentAreNotReloaded(t *testing.T) {
	app, log := newReloadable(t, "SENDBRIDGE_TOPIC=x/y")
	app.Reload()
	if line := lastLine(t, log); line["level"] != "WARN" || line["rulesFrom"] != "SENDBRIDGE_TOPIC" || app.RulesState().Failed {
		t.Errorf("%v, %+v", line, app.RulesState())
	}
}

func newReloadable(t *testing.T, setting string) (*functions.App, *bytes.Buffer) {
	t.Helper()
	log := new(bytes.Buffer)
	config, rules, parts, err := functions.FromEnvironment([]string{
		"SENDBRIDGE_INSTANCE_ID=" + onstest.Instance, "SENDBRIDGE_ENDPOINT=http://127.0.0.1:1", setting,
		"ALIBABA_CLOUD_ACCESS_KEY_ID=k", "ALIBABA_CLOUD_ACCESS_KEY_SECRET=s",
	}, log)
	if err != nil {
		t.Fatal(err)
	}
	app, err := functions.New(config, rules, parts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(app.Close)
	return app, log
}

func lastLine(t *testing.T, log *bytes.Buffer) (line map[string]any) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if err := json.Unmarshal([]byte(lines[len(lines)-1]), &line); err != nil {
		t.Fatalf("%v: %q", err, lines)
	}
	return line
}

func TestTheStateOfRulesHasATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newScene(t, onstest.Quota{})
		started := time.Now()
		time.Sleep(time.Hour)
		r := parse(t, `rules: [{topic: a/b, payload: original}]`)
		if _, err := s.app.Apply(r); err != nil {
			t.Fatal(err)
		}
		if got := s.app.RulesState(); got.Hash != r.Hash || got.Since.Sub(started) != time.Hour {
			t.Errorf("%+v, started at %s", got, started)
		}
	})
}
