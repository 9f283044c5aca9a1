package rules_test

import (
	"strings"
	"testing"

	"sendbridge/core/rules"
)

// sectionWithIngresses returns a section whose texts are its inlets.
func sectionWithIngresses() rules.Section {
	var ingresses []string
	return rules.Section{Name: "inlets", Read: func(n rules.Node) { ingresses = n.Texts("inlets") }, Ingresses: func() []string { return ingresses }}
}

// Valid but useless text has a warning with its position. Similar text that is useful has none.
func TestWarnings(t *testing.T) {
	for yaml, want := range map[string]string{
		"rules:\n  - topic: a/b\n    payload: {template: 'id $.data.id'}\n":                                                                             "3:25: template has $.data.id as plain text: write ${$.data.id}",
		"rules:\n  - topic: a/$.subject\n    payload: original\n":                                                                                       "2:12: topic has $.subject as plain text",
		"rules:\n  - topic: a/b\n    each: $.data.x\n    payload: {template: '@.id'}\n":                                                                 "4:25: template has @.id as plain text: write ${@.id}",
		"rules:\n  - topic: a/b\n    payload: {template: '${$.id} $.data.id'}\n":                                                                        "3:25: template has $.data.id",
		"rules:\n  - topic: a/b\n    payload: {constant: $.data.id}\n":                                                                                  "3:25: constant sends the characters $.data.id: write jsonpath",
		"rules:\n  - topic: p2p/GID_a@@@b\n    payload: original\n":                                                                                     "2:12: topic \"p2p/GID_a@@@b\" begins with p2p",
		"rules:\n  - topic: a/b\n    payload: original\n    pattern: {sendbridgeingress: ['http:/in/githib']}\n":                                        `4:35: no event has ingress http:/in/githib, because the file has no such inlet: did you mean "http:/in/github"?`,
		"rules:\n  - topic: a/b\n    payload: original\n    pattern: {$or: [{type: [x]}, {sendbridgeingress: ['http:/other']}]}\n":                      "4:55: no event has ingress http:/other",
		"rules:\n  - topic: a/b\n    payload: original\n  - name: again\n    payload: original\n    topic: \"a/b\"\n":                                   "",
		"rules:\n  - topic: a/b\n    payload: original\n  - name: again\n    payload: original\n    topic: a/b\n":                                       "4:5: the same as rule 1: each message is sent twice",
		"rules:\n  - topic: a/b\n    payload: original\n    each: $.data.items\n    where: {s: [x]}\n    pattern: {data: {items: [{exists: false}]}}\n": "5:12: where has no effect: the pattern requires $.data.items to be absent",

		"rules:\n  - topic: a/${$.id}\n    payload: {template: '$$.id costs $.5, $${x} and ${$.data.id}'}\n":                                                               "",
		"rules:\n  - topic: a/b\n    payload: {constant: 'see $.data.id'}\n":                                                                                               "",
		"rules:\n  - topic: p2peers/x\n    payload: original\n":                                                                                                            "",
		"rules:\n  - topic: a/b\n    payload: original\n    pattern: {sendbridgeingress: ['http:/', 'http:/in/github', {prefix: 'http:/in/x'}, 'lambda:arn:aws:sqs:x']}\n": "",
		"rules:\n  - topic: a/b\n    payload: original\n  - topic: a/b\n    payload: original\n    pattern: {type: [x]}\n":                                                 "",
		"rules:\n  - topic: a/b\n    payload: original\n    each: $.data.items\n    where: {s: [x]}\n    pattern: {data: {items: [{exists: true}]}}\n":                     "",
		"rules:\n  - topic: a/b\n    payload: original\n    unwrap: $.data.a\n  - topic: a/b\n    payload: original\n    unwrap: $.data.b\n":                               "",
	} {
		set, err := rules.Parse("f", []byte("inlets: ['http:/in/github']\n"+yaml), sectionWithIngresses())
		if err != nil {
			t.Errorf("%s: %v", yaml, err)
			continue
		}
		got := set.Warnings()
		if want == "" {
			if len(got) > 0 {
				t.Errorf("%s: %v", yaml, got)
			}
			continue
		}
		line, rest, _ := strings.Cut(want, ":")
		want = "f:" + string(rune(line[0]+1)) + ":" + rest // the inlets have a line of their own
		if len(got) != 1 || !strings.HasPrefix(got[0].Error(), want) {
			t.Errorf("%s: %v, want %s", yaml, got, want)
		}
	}
}

// The error for a key of other systems says what SendMessage cannot do and what to write instead.
func TestKeysOfOtherSystems(t *testing.T) {
	for key, want := range map[string]string{
		"qos": "SendMessage has no QoS", "Retain": "cannot retain", "userProperties": "no MQTT 5 properties", "user-properties": "put the values into the payload",
		"expiry": "maximumEventAgeInSeconds", "instance": "SENDBRIDGE_INSTANCE_ID", "instance_id": "SENDBRIDGE_INSTANCE_ID", "clientId": "P2P topic",
		"filter": "pattern", "InputTransformer": "vars", "topicc": `did you mean "topic"?`,
	} {
		_, err := rules.Parse("f", []byte("rules:\n  - topic: a/b\n    payload: original\n    "+key+": x\n"))
		if err == nil || !strings.HasPrefix(err.Error(), "f:4:5: ") || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s: %v, want %q", key, err, want)
		}
	}
}

// Aliases and merge keys are rejected as such, and the values that they may stand for are not reported as missing.
func TestAliasesAndMergeKeys(t *testing.T) {
	for yaml, want := range map[string]string{
		"rules:\n  - &a {topic: a/b, payload: original}\n  - *a\n":                                 "f:3:5: *a: aliases and tags are not supported: write the value itself",
		"rules:\n  - {payload: original, <<: {topic: a/b}}\n":                                      "f:2:25: <<: merge keys are not supported: write the keys and values here",
		"rules:\n  - topic: &t a/b\n    payload: original\n  - topic: *t\n    payload: original\n": "f:4:12: *t: aliases and tags are not supported: write the value itself",
		"rules:\n  - topic: !!str a/b\n    payload: original\n":                                    "f:2:12: !!str a/b: aliases and tags are not supported: write the value itself",
	} {
		if _, err := rules.Parse("f", []byte(yaml)); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", yaml, err, want)
		}
	}
	if _, err := rules.Parse("f", []byte("rules:\n  - topic: &t a/b\n    payload: original\n")); err != nil {
		t.Errorf("an anchor that nothing refers to: %v", err)
	}
}

// A pattern twice as deep takes twice the work, not four times.
func TestDepthOfAPatternIsLinear(t *testing.T) {
	work := func(depth int) float64 {
		yaml := []byte("rules:\n  - topic: a/b\n    payload: original\n    pattern: {data: " + strings.Repeat(`{"a":`, depth) + `["x"]` + strings.Repeat("}", depth) + "}\n")
		return testing.AllocsPerRun(1, func() {
			if _, err := rules.Parse("f", yaml); err != nil {
				t.Fatal(err)
			}
		})
	}
	if once, twice := work(250), work(500); twice > 2.5*once {
		t.Errorf("%.0f allocations for 250 levels, %.0f for 500", once, twice)
	}
}
