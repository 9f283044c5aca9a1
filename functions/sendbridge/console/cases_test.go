package console

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sendbridge/functions"
)

const entry = "- name: \"new\"\n  event: {\"a\":1}\n  expect: []\n"

func TestInsert(t *testing.T) {
	const indented = "  - name: \"new\"\n    event: {\"a\":1}\n    expect: []\n"
	for name, tc := range map[string]struct{ file, want string }{
		"at the end":            {"rules: r.yaml\ncases:\n  - name: a\n    event: {}\n", "rules: r.yaml\ncases:\n  - name: a\n    event: {}\n" + indented},
		"without an indent":     {"rules: r.yaml\ncases:\n- name: a\n  event: {}\n", "rules: r.yaml\ncases:\n- name: a\n  event: {}\n" + entry},
		"no newline at the end": {"cases:\n  - name: a", "cases:\n  - name: a\n" + indented},
		"before another key":    {"cases:\n  - name: a\n\n# which rules\nrules: r.yaml\n", "cases:\n  - name: a\n" + indented + "\n# which rules\nrules: r.yaml\n"},
		"a comment at the end":  {"cases:\n  - name: a\n# end\n", "cases:\n  - name: a\n" + indented + "# end\n"},
		"none yet":              {"rules: r.yaml\ncases:\n", "rules: r.yaml\ncases:\n" + indented},
		"in one line":           {"rules: r.yaml\ncases: [{name: a}]\n", ""},
		"no list":               {"rules: r.yaml\ncases: a\n", ""},
		"no cases":              {"rules: r.yaml\n", ""},
		"not YAML":              {"rules: [\n", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := insert(tc.file, entry)
			if got != tc.want || (err == nil) != (tc.want != "") {
				t.Errorf("%v\n%s\nwant\n%s", err, got, tc.want)
			}
		})
	}
}

// A case is offered if it passes, and appended only to the file of --cases.
func TestCasesAreChecked(t *testing.T) {
	var checked []string
	failing := errors.New("message 1: want this, got that")
	var file string
	c := newTestConsole(t, func(dir string, p *Parts) {
		file = filepath.Join(dir, "tests", "cases.yaml")
		p.Cases = &Cases{
			File: file, Rules: filepath.Join(dir, "rules.yaml"),
			Check: func(entry []byte, rules functions.Rules) error {
				checked = append(checked, string(entry))
				if strings.Contains(string(entry), `"id":"bad"`) {
					return failing
				}
				return nil
			},
			Count: func(src []byte) (int, error) { return strings.Count(string(src), "- name:"), nil },
		}
	})
	if err := os.Mkdir(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	c.postEvent(t, "/", door("1"))
	c.postEvent(t, "/", door("bad"))
	c.postEvent(t, "/", strings.Replace(door("3"), "north", "no/rth", 1))
	c.postEvent(t, "/", `{"specversion":"1.0","id":"4","source":"/s","type":"other"}`)
	c.postEvent(t, "/", "x", "Content-Type", "text/plain")
	for seq, want := range map[int]string{
		1: "\n  event: " + door("1") + "\n  expect:\n    - rule: \"door\"\n      topic: \"site/north/door\"\n      payload: {\"at\": \"1\", \"open\": true}\n",
		3: "  expect:\n    - rule: \"door\"\n      error: \"TopicInvalid\"\n",
		4: "  expect: []\n",
	} {
		d := c.detailAt(t, seq)
		if !strings.HasSuffix(d.Case, want) || !strings.HasPrefix(d.Case, "- name: ") || d.NoCase != "" || d.Append != file {
			t.Errorf("%+v", d)
		}
	}
	if d := c.detailAt(t, 2); d.Case != "" || !strings.Contains(d.NoCase, "message 1: want this, got that") {
		t.Errorf("%q, %q", d.Case, d.NoCase)
	}
	if d := c.detailAt(t, 5); d.Case != "" {
		t.Error(d.Case)
	}
	for _, seq := range []string{"1", "4"} {
		if w := c.ask(t, "POST", "/api/events/"+seq+"/case", ""); w.Code != 204 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	}
	src, err := os.ReadFile(file)
	if err != nil || !strings.HasPrefix(string(src), "rules: \"../rules.yaml\"\ncases:\n  - name: \"com.example.door 1\"\n") || strings.Count(string(src), "- name:") != 2 {
		t.Errorf("%v %s", err, src)
	}
	if w := c.ask(t, "POST", "/api/events/2/case", ""); w.Code != 400 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if len(checked) == 0 {
		t.Error("nothing was checked")
	}
}

func TestNoCasesFile(t *testing.T) {
	c := newTestConsole(t)
	c.postEvent(t, "/", door("1"))
	if w := c.ask(t, "POST", "/api/events/1/case", ""); w.Code != 409 || !strings.Contains(w.Body.String(), "--cases") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
