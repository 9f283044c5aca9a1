package template_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"sendbridge/core/rules"
	"sendbridge/core/rules/rulestest"
)

func TestTransforms(t *testing.T) {
	const members = `"subject":" Fw/X 1 ","time":"2026-01-31T12:00:00+08:00","data":{"key":"固件/My File (1).BIN","cn":"工厂","p":"P2P","n":1.5,"s":1769860800,"blank":"  ",
		"edges":"az09-_.","all":"/\u0060AZ09{:@[AZ09","len32":"abcdefghijklmnopqrstuvwxyz012345","len33":"abcdefghijklmnopqrstuvwxyz0123456",
		"tags":["a",1,null,"",true],"deep":[[1]],"none":[],"o":{},"long":"abcdefghij-abcdefghij-abcdefghij-abcdefghij"}`
	for _, c := range []struct{ template, want string }{
		{"${lower:$.data.key}", "固件/my file (1).bin"},
		{"${upper:$.data.key}|${upper:$.data.n}", "固件/MY FILE (1).BIN|1.5"},
		{"${trim:$.subject}|", "Fw/X 1|"},
		{"${slug:$.data.key}", "my-file-1-.bin"},
		{"${slug:$.data.cn}=${hash:$.data.cn}", "5c331171b102d001=5c331171b102d001"},
		{"${slug:$.data.long}", "abcdefghij-abcdefghij-a-cebb1028"},
		{"${slug:$.data.edges}|${slug:$.data.all}", "az09-_.|az09-az09"},
		{"${slug:$.data.len32}|${slug:$.data.len33}", "abcdefghijklmnopqrstuvwxyz012345|abcdefghijklmnopqrstuvw-e44ff69b"},
		{"${lower:trim:$.subject}|${trim:lower:x}", "fw/x 1|fw/x 1"},
		{"${join:$.data.tags}|${upper:join:$.data.tags}", "a,1,true|A,1,TRUE"},
		{"${join:$.data.none:-nothing}|${trim:$.data.blank:-nothing}|${lower:$.data.gone:-Nothing}", "nothing|nothing|Nothing"},
		{"${unix:$.time} ${unixms:$.data.s} ${rfc3339:$.data.s}", "1769832000 1769860800000 2026-01-31T12:00:00Z"},
		{"${now} ${unix:now} ${rule} ${upper:rule}", "2026-01-31T12:00:00Z 1769860800 rule-1 RULE-1"},
		{`{"a": ${lower:$.data.p}, "b": ${unix:now}, "c": ${now}, "d": ${rule}, "e": "${trim:$.subject}", "f": ${join:$.data.tags}}`,
			`{"a": "p2p", "b": 1769860800, "c": "2026-01-31T12:00:00Z", "d": "rule-1", "e": "Fw/X 1", "f": "a,1,true"}`},

		{"${lower:$.data.o}", "sender PayloadInvalid: ${lower:$.data.o}: $.data.o is {}: lower takes text, numbers, true and false"},
		{"${join:$.data.key}", "sender PayloadInvalid: ${join:$.data.key}: $.data.key is \"固件/My File (1).BIN\": join takes an array"},
		{"${join:$.data.deep}", "sender PayloadInvalid: ${join:$.data.deep}: $.data.deep is [[1]]: join takes an array"},
		{"${unix:$.data.key}", "sender PayloadInvalid: ${unix:$.data.key}: $.data.key is \"固件/My File (1).BIN\": unix takes a time"},
		{"${trim:$.data.blank}", "sender PayloadInvalid: ${trim:$.data.blank}: $.data.blank is \"  \", of which the transform leaves nothing"},
	} {
		t.Run(c.template, func(t *testing.T) {
			rule := "{vars: {x: $.subject}, topic: 'abc/${slug:x}', payload: {template: '" + c.template + "'}}"
			want := c.want
			if !strings.HasPrefix(want, "sender ") {
				want = "abc/fw-x-1 " + want
			}
			rulestest.WantMessage(t, rulestest.Messages(t, rule, rulestest.Event(t, members)), want)
		})
	}
}

// @index is the element's index in the event's array, also if where excludes other elements.
func TestIndex(t *testing.T) {
	got := rulestest.Messages(t, `{each: $.data, where: {n: [1]}, topic: 'abc/${@index}', payload: {template: '{"i": ${@index}, "n": ${@.n}}'}}`,
		rulestest.Event(t, `"data":[{"n":1},{"n":2},{"n":1}]`))
	if len(got) != 2 {
		t.Fatalf("%d messages", len(got))
	}
	rulestest.WantMessage(t, got[:1], `abc/0 {"i": 0, "n": 1}`)
	rulestest.WantMessage(t, got[1:], `abc/2 {"i": 2, "n": 1}`)
}

// A var takes precedence over a built-in name.
func TestVarsHideBuiltInNames(t *testing.T) {
	rulestest.WantPayload(t, rulestest.Messages(t, `{vars: {now: $.id, rule: $.type, lower: $.source}, topic: abc, payload: {template: '${now} ${rule} ${lower} ${lower:-x} ${upper:lower}'}}`, rulestest.Event(t, "")),
		"42 created /s /s /S")
}

func TestTransformMistakes(t *testing.T) {
	for rule, want := range map[string]string{
		"{topic: abc, payload: {template: '${lowr:$.id}'}}":         `"lowr" is not a transform: did you mean "lower"`,
		"{topic: abc, payload: {template: '${reverse:$.id}'}}":      `"reverse" is not a transform`,
		"{topic: abc, payload: {template: '${@index}'}}":            `the rule has no each`,
		"{topic: abc, payload: {template: '${lower:}'}}":            `write ${name} for a var`,
		"{name: a/b, topic: 'abc/${rule}', payload: original}":      `has a slash`,
		"{name: a/b, topic: 'abc/${slug:rule}', payload: original}": "",
		"{topic: 'abc/${lower:$.id}/p2p', payload: original}":       "",
		"{topic: '${slug:$.id}/x', payload: original}":              `the first level is the parent topic`,
	} {
		_, err := rules.Parse("test.yaml", []byte("rules:\n- "+rule))
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s:\ngot  %v\nwant %s", rule, err, want)
		}
	}
}

// The slug and the hash of any key are one level of a topic.
func TestSlugAndHashFitATopic(t *testing.T) {
	list := rulestest.Parse(t, "rules:\n- {topic: 'abc/${slug:$.data.k}/${hash:$.data.k}', payload: original}")
	rapid.Check(t, func(rt *rapid.T) {
		key := rapid.OneOf(rapid.StringN(1, 300, 1024), rapid.SampledFrom([]string{"P2P", "p2p", "+", "#", "/", "//", "%", " ", "-", ".", "a/b", "\x00", "工厂", "é"})).Draw(rt, "key")
		d := rulestest.MessagesOf(t, list, rulestest.Event(t, `"data":{"k":`+rulestest.JSONString(key)+`}`))[0]
		if d.Err != nil || strings.Count(d.Topic, "/") != 2 {
			rt.Fatalf("%q: topic %q, error %v", key, d.Topic, d.Err)
		}
	})
}
