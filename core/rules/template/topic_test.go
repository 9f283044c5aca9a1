package template_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/rules"
	"sendbridge/core/rules/rulestest"
)

func TestTopicOfAnEvent(t *testing.T) {
	for _, c := range []struct{ topic, data, want string }{
		{"abc", `1`, "abc x"},
		{"a/b", `1`, "a/b x"},
		{"abc/${$.data}", `"é 中.:,@"`, "abc/é 中.:,@ x"},
		{"abc/${$.data}", `1.50`, "abc/1.50 x"},
		{"abc/${$.data}", `12345678901234567890`, "abc/12345678901234567890 x"},
		{"abc/${$.data}", `true`, "abc/true x"},
		{"abc/a${$.data}b/${$.type}", `"-"`, "abc/a-b/created x"},
		{"abc/${$.data:-none}", `null`, "abc/none x"},
		{"abc/${+$.data}", `"a/b/c"`, "abc/a/b/c x"},
		{"abc/${+$.data:-a/b}", `""`, "abc/a/b x"},
		{"abc/$${$$x$", `1`, "abc/${$x$ x"},
		{"abc/x/p2p", `1`, "abc/x/p2p x"},
		{"abc/p2pp", `1`, "abc/p2pp x"},
		{"abc/p2p/GID_a@@@${$.data}", `"dev1"`, "abc/p2p/GID_a@@@dev1 x"},
		{"abc/p2p/GID-a-B_7@@@d${$.data}", `"@@@"`, "abc/p2p/GID-a-B_7@@@d@@@ x"},

		{"abc/${$.data}", `"a/b"`, `sender TopicInvalid: ${$.data}: "a/b" has a slash, which would add a level`},
		{"abc/${$.data}", `"/"`, `sender TopicInvalid: ${$.data}: "/" has a slash`},
		{"abc/${$.data}", `"a#"`, `sender TopicInvalid: ${$.data}: '#' in "a#": a topic must be UTF-8 without + # %`},
		{"abc/${+$.data}", `"+"`, `sender TopicInvalid: ${+$.data}: '+' in "+"`},
		{"abc/${$.data}", `"50%"`, `sender TopicInvalid: ${$.data}: '%' in "50%"`},
		{"abc/${$.data}", `"a\nb"`, `sender TopicInvalid: ${$.data}: '\n' in "a\nb"`},
		{"abc/${$.data}", `"\u0000"`, `sender TopicInvalid: ${$.data}: '\x00' in "\u0000"`},
		{"abc/${$.data}", `"\u0085"`, `sender TopicInvalid: ${$.data}: '\u0085' in "\u0085"`},
		{"abc/${$.data}", `{"a": 1}`, `you TopicInvalid: ${$.data}: {"a":1} is an object or an array`},
		{"abc/${$.data}", `[]`, `you TopicInvalid: ${$.data}: [] is an object or an array`},
		{"abc/${$.data}", `null`, `sender TopicInvalid: ${$.data}: $.data is null, and there is no :-fallback`},
		{"abc/${$.data}", `""`, `sender TopicInvalid: ${$.data}: $.data is empty, and there is no :-fallback`},
		{"abc/${$.data.a}", `{}`, `sender TopicInvalid: ${$.data.a}: $.data.a is missing, and there is no :-fallback`},
		{"abc/${$.data:-}", `null`, `sender TopicInvalid: topic "abc/" has an empty level`},
		{"abc/${+$.data}", `"a//b"`, `sender TopicInvalid: topic "abc/a//b" has an empty level`},
		{"abc/${+$.data}", `"/a"`, `sender TopicInvalid: topic "abc//a" has an empty level`},
		{"abc/${$.data}", `"p2p"`, `sender TopicInvalid: topic "abc/p2p" has a level p2p that came from the event`},
		{"abc/${$.data}2p/x", `"P"`, `sender TopicInvalid: topic "abc/P2p/x" has a level p2p`},
		{"abc/${+$.data}", `"p2p/GID_a@@@dev"`, `sender TopicInvalid: topic "abc/p2p/GID_a@@@dev" has a level p2p`},
		{"abc/x${+$.data}", `"/p2p"`, `sender TopicInvalid: topic "abc/x/p2p" has a level p2p`},
		{"abc/x/${$.data}/p2p", `"p2p"`, `sender TopicInvalid: topic "abc/x/p2p/p2p" has a level p2p`},
	} {
		t.Run(c.topic+c.data, func(t *testing.T) {
			rulestest.WantMessage(t, rulestest.Messages(t, topicRule(c.topic), rulestest.Event(t, `"data":`+c.data)), c.want)
		})
	}
}

func TestTopicOfBytes(t *testing.T) {
	r := rulestest.Event(t, `"datacontenttype":"image/png","data_base64":"//79"`)
	rulestest.WantMessage(t, rulestest.Messages(t, topicRule("abc/${$.data}"), r),
		"sender TopicInvalid: ${$.data}: a byte that is not UTF-8 in bytes that are not text: ")
	if _, err := rules.TopicRule("abc/\xff"); err == nil || !strings.Contains(err.Error(), "has a byte that is not UTF-8") {
		t.Error("got", err)
	}
}

// topicRule returns a rule with the topic and the payload x.
func topicRule(topic string) string {
	return fmt.Sprintf("{topic: '%s', payload: {constant: x}}", strings.ReplaceAll(topic, "'", "''"))
}

func TestTopicLength(t *testing.T) {
	const parent = "abc/"
	for _, unit := range []string{"x", "中"} {
		r := rulestest.Event(t, `"data":"`+strings.Repeat(unit, 64-len(parent))+`"`)
		rulestest.WantMessage(t, rulestest.Messages(t, topicRule(parent+"${$.data}"), r), parent+strings.Repeat(unit, 60)+" x")
		r = rulestest.Event(t, `"data":"`+strings.Repeat(unit, 65-len(parent))+`"`)
		rulestest.WantMessage(t, rulestest.Messages(t, topicRule(parent+"${$.data}"), r),
			"sender TopicInvalid: topic \""+parent+strings.Repeat(unit, 61)+"\" has 65 characters: it must have at most 64")
	}
	device := strings.Repeat("d", 100)
	rulestest.WantMessage(t, rulestest.Messages(t, topicRule("abc/p2p/GID_a@@@${$.data}"), rulestest.Event(t, `"data":"`+device+`"`)),
		"abc/p2p/GID_a@@@"+device+" x")
}

// A topic without placeholders has its length when the rules are read. With placeholders only what is written counts.
func TestLengthOfAWrittenTopic(t *testing.T) {
	for topic, want := range map[string]string{
		"abc":                                "",
		"ab":                                 `topic "ab" has 2 characters: it must have at least 3`,
		"a/${$.id}":                          "",
		"a/" + strings.Repeat("中", 62):       "",
		"a/" + strings.Repeat("中", 63):       "has 65 characters besides its values: it must have at most 64 in all",
		"a/" + strings.Repeat("b", 62):       "",
		strings.Repeat("b", 63) + "/${$.id}": "",
		strings.Repeat("b", 64) + "/${$.id}": "has 65 characters besides its values",
		"abc/p2p/GID_a@@@" + strings.Repeat("d", 100): "",
	} {
		_, err := rules.TopicRule(topic)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\ngot  %v\nwant %s", topic, err, want)
		}
	}
}

// No event changes the levels of a topic in any rule that the parser accepts.
func TestTopicKeepsItsLevels(t *testing.T) {
	piece := rapid.SampledFrom([]string{"/", "/", "p2p", "P2P", "GID_g@@@", "a", "b-_", "${$.data.a}", "${$.data.b:-p}", "${$.data.b:-}", "${$.subject}"})
	value := rapid.OneOf(rapid.SampledFrom([]string{`"p2p"`, `"P2"`, `"p"`, `"2p"`, `"a/b"`, `"/"`, `"+"`, `"@@@"`, `""`, "null", "1e5", "{}", "false"}),
		rapid.Map(rapid.String(), rulestest.JSONString))
	rapid.Check(t, func(t *rapid.T) {
		topic := "parent" + strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "topic"), "")
		rule, err := rules.TopicRule(topic)
		if err != nil {
			t.Skip(err)
		}
		e, err := cloudevent.DecodeEvent([]byte(fmt.Sprintf(`{"specversion":"1.0","id":"1","source":"/s","type":"t","subject":"p2p","data":{"a":%s,"b":%s}}`,
			value.Draw(t, "a"), value.Draw(t, "b"))))
		if err != nil {
			t.Fatal(err)
		}
		checkTopic(t, topic, rule, &core.Record{Event: e})
	})
}

// checkTopic checks the properties of every topic that a rule makes of any event.
func checkTopic(t rapid.TB, template string, rule *rules.Set, r *core.Record) {
	plans, err := rule.Plans(r, rulestest.Noon)
	if err != nil {
		return
	}
	d := plans[0].Deliveries[0]
	if d.Err != nil {
		return
	}
	written, got := strings.Split(template, "/"), strings.Split(d.Topic, "/")
	if len(written) != len(got) {
		t.Fatalf("%q became %q, with other levels", template, d.Topic)
	}
	for i, level := range got {
		if level == "" || strings.ContainsAny(level, "+#%") || strings.ContainsFunc(level, unicode.IsControl) || !utf8.ValidString(level) {
			t.Fatalf("%q became %q, with an illegal level", template, d.Topic)
		}
		if (i == 0 || strings.EqualFold(level, "p2p")) && level != written[i] {
			t.Fatalf("%q became %q: the event chose level %d", template, d.Topic, i)
		}
	}
	if group, _, ok := strings.Cut(d.Topic, "@@@"); len(got) > 1 && got[1] == "p2p" && (!ok || !strings.HasPrefix(template, group+"@@@")) {
		t.Fatalf("%q became %q: the event chose the group", template, d.Topic)
	} else if n := utf8.RuneCountInString(d.Topic); n < 3 || n > 64 && got[1] != "p2p" {
		t.Fatalf("%q became %q, of %d characters", template, d.Topic, n)
	}
}
