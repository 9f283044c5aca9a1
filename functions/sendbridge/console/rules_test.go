package console

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

func object(pairs ...string) string {
	m := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		m[pairs[i]] = pairs[i+1]
	}
	raw, _ := json.Marshal(m)
	return string(raw)
}

func (c *Console) change(t *testing.T, what, body string) rulesAnswer {
	t.Helper()
	return decode[rulesAnswer](t, c.ask(t, "POST", "/api/rules/"+what, body))
}

// A draft can be applied and undone any number of times. An invalid one changes nothing.
func TestApplyAndUndo(t *testing.T) {
	c := newTestConsole(t)
	first := c.Rules.Now().Hash
	draft := strings.Replace(doorRules, "site/heartbeat", "site/beat", 1)
	second := c.change(t, "apply", object("source", draft))
	if second.Changes != "rules: changed heartbeat" || !second.State.Draft || second.State.From != "draft" || second.Source != draft || second.State.Hash == first {
		t.Errorf("%+v", second)
	}
	wrong := c.change(t, "apply", object("source", strings.Replace(draft, "site/beat", "site/#", 1)))
	if len(wrong.Mistakes) != 1 || wrong.Mistakes[0].Line != 8 || wrong.Mistakes[0].Column != 12 || wrong.State.Hash != second.State.Hash {
		t.Errorf("%+v", wrong)
	}
	third := c.change(t, "apply", object("source", doorRules+"# third\n"))
	if back := c.change(t, "undo", ""); back.State.Hash != second.State.Hash || !back.State.Draft || third.State.Hash == second.State.Hash {
		t.Errorf("%+v", back)
	}
	if back := c.change(t, "undo", ""); back.State.Hash != first || back.State.Draft || back.Changes != "rules: changed heartbeat" {
		t.Errorf("%+v", back)
	}
	if none := c.change(t, "undo", ""); len(none.Mistakes) != 1 || none.State.Hash != first {
		t.Errorf("%+v", none)
	}
}

// A saved file replaces a draft. With mistakes it changes nothing, and the page shows them.
func TestASavedFileEndsADraft(t *testing.T) {
	c := newTestConsole(t)
	draft := c.change(t, "apply", object("source", doorRules+"# draft\n"))
	if _, err := c.Rules.Take([]byte("rules: [{topic: a/#}]"), nil); err == nil {
		t.Fatal("a file with mistakes was applied")
	}
	if s := c.Rules.state(); s.Hash != draft.State.Hash || !s.Draft || len(s.Mistakes) != 2 || s.Mistakes[0].Line != 1 {
		t.Errorf("%+v", s)
	}
	if _, err := c.Rules.Take(nil, os.ErrNotExist); err == nil || len(c.Rules.state().Mistakes) != 1 {
		t.Errorf("%v, %+v", err, c.Rules.state())
	}
	if _, err := c.Rules.Take([]byte(doorRules+"# saved\n"), nil); err != nil {
		t.Fatal(err)
	}
	if s := c.Rules.state(); s.Draft || s.Mistakes != nil || s.From != c.Rules.path {
		t.Errorf("%+v", s)
	}
}

// Save writes the file only with --edit and valid rules, and never over a change that the page has not loaded.
func TestSave(t *testing.T) {
	c := newTestConsole(t)
	file := c.Rules.path
	if err := os.Chmod(file, 0o640); err != nil { // whatever the umask is
		t.Fatal(err)
	}
	read := func() string {
		t.Helper()
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		return string(src)
	}
	hash := c.Rules.state().FileHash
	draft := doorRules + "# by the page\n"
	refused := func(why, body, want string) {
		t.Helper()
		before := read()
		if a := c.change(t, "save", body); len(a.Mistakes) == 0 || !strings.Contains(a.Mistakes[0].Text, want) || read() != before {
			t.Errorf("%s: %+v", why, a.Mistakes)
		}
	}
	refused("without --edit", object("source", draft, "hash", hash), "start dev with --edit")
	c.Rules.edit = true
	refused("with mistakes", object("source", "rules: []", "hash", hash), "at least one rule")
	refused("of another text", object("source", draft, "hash", "0123"), "has changed since it was loaded")
	if a := c.change(t, "save", object("source", draft, "hash", hash)); a.Mistakes != nil || read() != draft || a.State.Hash == hash || a.State.FileHash != a.State.Hash {
		t.Errorf("%+v, the file has %q", a, read())
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o640 {
		t.Errorf("%v %v", info.Mode(), err)
	}
	refused("twice with the hash from before", object("source", doorRules, "hash", hash), "has changed since it was loaded")
	c.Rules.path = ""
	if a := c.change(t, "save", object("source", draft, "hash", hash)); len(a.Mistakes) != 1 || a.State.Edit {
		t.Errorf("without a file: %+v", a)
	}
}

// Each edit is tried: the answer has the mistakes with line and column, or each event's rules and messages as render
// shows them. Nothing is sent.
func TestTry(t *testing.T) {
	c := newTestConsole(t)
	try := func(payload, rules string) trial {
		t.Helper()
		sample, _ := json.Marshal(Sample{As: "http", Path: "/", Payload: payload})
		return decode[trial](t, c.ask(t, "POST", "/api/try", `{"sample":`+string(sample)+`,"rules":`+rules+`}`))
	}
	good := try(door("1"), "null")
	if len(good.Events) != 1 || good.Events[0].Ingress != "http:/" || len(good.Events[0].Rules) != 2 {
		t.Fatalf("%+v", good)
	}
	if r := good.Events[0].Rules; r[0].Messages[0].Topic != "site/north/door" || r[0].Messages[0].Payload != `{"at": "1", "open": true}` || !strings.HasPrefix(r[1].Mismatch, "$.type: wants") {
		t.Errorf("%+v", r)
	}
	draft := try(door("1"), quote(strings.Replace(doorRules, "site/${", "tried/${", 1)))
	if topic := draft.Events[0].Rules[0].Messages[0].Topic; topic != "tried/north/door" || c.Rules.state().Draft {
		t.Errorf("topic %s", topic)
	}
	wrong := try(door("1"), quote(strings.Replace(doorRules, "pattern", "patern", 1)))
	if m := wrong.Mistakes; len(m) != 1 || m[0].Line != 3 || m[0].Column != 5 || !strings.Contains(m[0].Text, `did you mean "pattern"`) || len(wrong.Events) != 1 || len(wrong.Events[0].Rules) != 0 {
		t.Errorf("%+v", wrong)
	}
	if none := try("{", "null"); none.Error == nil || none.Error.Code != "InvalidEvent" || len(none.Events) != 0 {
		t.Errorf("%+v", none)
	}
	many := try("["+strings.Repeat(door("1")+",", 29)+door("1")+"]", "null")
	if len(many.Events) != maxTried || many.LeftOut != 10 {
		t.Errorf("%d events, %d left out", len(many.Events), many.LeftOut)
	}
	if n := c.Emulator.Stats().Requests; n != 0 {
		t.Errorf("%d calls were made", n)
	}
}
