package rules_test

import (
	"slices"
	"strings"
	"testing"

	"sendbridge/core/rules/rulestest"
)

func TestMistakesInFiles(t *testing.T) {
	const missing = "rules: and under it a list of rules, each with topic and payload"
	for _, c := range []struct {
		file string
		want []string // line:column: text
	}{
		{"", []string{"1:1: the file is empty: write " + missing}},
		{"# nothing\n---\n", []string{"1:1: the file is empty: write " + missing}},
		{"{}", []string{"1:1: rules is missing: write " + missing}},
		{"rules:\n", []string{"1:8: rules must be a list of at least one rule, each after a dash: - topic: …"}},
		{"rules: []\n", []string{"1:8: rules must be a list of at least one rule"}},
		{"rules: {topic: abc}\n", []string{"1:8: rules must be a list of at least one rule"}},
		{"- topic: abc\n  payload: original\n", []string{"1:1: the file must not start with a list: write rules: before it"}},
		{"5\n", []string{"1:1: the file must be a mapping of keys to values, not a number"}},
		{"rules:\n- 5\n- x\n", []string{
			"2:3: a rule must be a mapping of keys to values, not a number",
			"3:3: a rule must be a mapping of keys to values, not text",
		}},
		{"rulez:\n- topik: abc\n  payload: orignal\n", []string{
			`1:1: "rulez" is not a key of the file: did you mean "rules"? write rules`,
			`2:3: "topik" is not a key of a rule: did you mean "topic"? write one of name, pattern, `,
			`3:12: payload orignal: write original, or {template: `,
		}},
		{"rules:\n- topic: abc\n  topic: abd\n  payload: original\n  payload:\n    constant: 5\n", []string{
			`3:3: "topic" is given twice: write it once`,
			`5:3: "payload" is given twice: write it once`,
		}},
		{"rules:\n- {name: a, topic: abc, payload: original}\n- {topic: abc, payload: original}\n- {name: rule-2, topic: abc, payload: original}\n- {name: a, topic: abc, payload: original}\n", []string{
			`4:3: name "rule-2" is also the name of rule 2: logs, metrics and the dedup window identify rules by name`,
			`5:3: name "a" is also the name of rule 1`,
		}},
		{"rules:\n- &a {topic: abc, payload: original}\n- *a\n", []string{"3:3: *a: "}},
		{"rules:\n- topic: abc\n  payload: original\n---\nrules: []\n", []string{"5:1: a second document: put all rules under one rules: key"}},
		{"%YAML 1.2\n---\nrules: []\n", []string{"1:1: directives (%) are not supported: leave the line out"}},
		{"rules:\n- topic: [abc\n", []string{"2:10: not YAML: "}},
		{"rules:\n\t- topic: abc\n", []string{"2:1: not YAML: found character '\t' that cannot start any token"}},
		{"rules:\n- topic: abc\n  payload: {constant: \xff}\n", []string{"3:1: not UTF-8: save the file as UTF-8"}},
		{`{"rules": [{"topic": "abc", "payload": {"constant": "x", "base64": 1}}]}`, []string{"1:68: base64 must be true or false, not a number"}},
	} {
		t.Run(c.file, func(t *testing.T) { wantMistakes(t, c.file, c.want) })
	}
}

// Blocks, JSON, byte order marks and document markers are valid YAML.
func TestSpellingsOfOneFile(t *testing.T) {
	const plain = "rules:\n- topic: abc\n  payload:\n    template: |\n      a ${$.id}\n"
	for _, file := range []string{
		plain,
		"\ufeff" + plain,
		"---\n" + plain + "...\n",
		"# rules\n\nrules: # all\n" + strings.TrimPrefix(plain, "rules:\n"),
		`{"rules": [{"topic": "abc", "payload": {"template": "a ${$.id}\n"}}]}`,
		"rules: [{topic: abc, payload: {template: \"a ${$.id}\\n\"}}]",
		strings.ReplaceAll(plain, "\n", "\r\n"),
	} {
		list := rulestest.Parse(t, file)
		if names := list.Names(); !slices.Equal(names, []string{"rule-1"}) {
			t.Errorf("%q: the rules are called %q", file, names)
		}
		rulestest.WantPayload(t, rulestest.MessagesOf(t, list, rulestest.Event(t, "")), "a 42\n")
	}
}
