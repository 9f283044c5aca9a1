package rules_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"sendbridge/core/internal/strictyaml"
	"sendbridge/core/rules"
)

// wantMistakes checks all mistakes of a file by their positions and the starts of their texts.
func wantMistakes(t *testing.T, file string, want []string) {
	t.Helper()
	list, err := rules.Parse("f.yaml", []byte(file))
	if err == nil {
		t.Fatal("no mistakes")
	}
	var got strictyaml.Mistakes
	if !errors.As(err, &got) || list != nil {
		t.Fatalf("got %v and %d rules, want Mistakes alone", err, list.Len())
	}
	ok := len(got) == len(want)
	for i := 0; ok && i < len(got); i++ {
		ok = strings.HasPrefix(got[i].Error(), "f.yaml:"+want[i])
	}
	if !ok {
		t.Errorf("got\n%v\nwant\n%s", err, strings.Join(want, "\n"))
	}
}

func TestMistakesInRules(t *testing.T) {
	for _, c := range []struct {
		rule string
		want []string // column: text
	}{
		{"topik: abc, payload: original", []string{`10: "topik" is not a key of a rule: did you mean "topic"? write one of name, pattern, vars, `}},
		{"topik: 'abc/${x}', payload: original", []string{
			`10: "topik" is not a key of a rule: did you mean "topic"? write one of name, pattern, vars, `,
			"17: ${x}: the rule has no vars: a path starts with $. or @., such as ${$.x}",
		}},
		{"topic: abc", []string{"9: payload is missing: write payload: original to send the whole event, or {jsonpath: …}, {constant: …} or {template: …}"}},
		{"payload: original", []string{`9: topic is missing: write where messages go, such as topic: "parent/${$.subject}"`}},
		{"topic: 5, payload: original", []string{"17: topic must be text, not a number: put it in quotes"}},
		{"topic: [abc], payload: original", []string{"17: topic must be text, not a list: put it in quotes"}},
		{"name: 5, topic: abc, payload: original", []string{"16: name must be text, not a number: put it in quotes"}},
		{"name: '', topic: abc, payload: original", []string{`16: name is empty: give one, or leave it out and the rule is "rule-1"`}},
		{`name: "a\nb", topic: abc, payload: original`, []string{`16: name "a\nb" has a control character: logs and metrics show names as they are`}},
		{"topic: abc, payload: original, maximumEventAgeInSeconds: 0", []string{"67: maximumEventAgeInSeconds must be a whole number of seconds from 1, such as 3600, not 0"}},
		{"topic: abc, payload: original, maximumEventAgeInSeconds: 1.5", []string{"67: maximumEventAgeInSeconds must be a whole number of seconds from 1, such as 3600, not 1.5"}},
		{"topic: abc, payload: original, maximumEventAgeInSeconds: '60'", []string{`67: maximumEventAgeInSeconds must be a whole number of seconds from 1, such as 3600, not "60"`}},
		{"topic: abc, payload: original, maximumEventAgeInSeconds: 99999999999", []string{"67: maximumEventAgeInSeconds must be a whole number of seconds from 1, such as 3600, not 99999999999"}},
		{"topic: abc, payload: original, maximumEventAgeInSeconds: {a: b}", []string{"67: maximumEventAgeInSeconds must be a whole number of seconds from 1, such as 3600, not {a: b}"}},
		{"topic: abc, payload: original, maximumEventAgeInSeconds: 0x10", []string{"67: maximumEventAgeInSeconds must be a whole number of seconds from 1, such as 3600, not 0x10"}},
		{"topic: abc, payload: original, each: '@.x'", []string{`47: each: "@.x" must be a path below $.data, such as $.data.items`}},
		{"topic: abc, payload: original, each: $.subject", []string{`47: each: "$.subject" must be a path below $.data, such as $.data.items`}},
		{"topic: abc, payload: original, each: '$.data.x[*]'", []string{`47: each: path "$.data.x[*]": [*]: want a whole number from 0 as an index, or a name in quotes, such as ['a.b']; wildcards are not supported`}},
		{"topic: abc, payload: original, each: [a]", []string{"47: each must be text, not a list: put it in quotes"}},
		{"topic: abc, payload: original, where: {a: [b]}", []string{"48: where needs each: it is a pattern over the elements that each names"}},
		{"topic: abc, payload: original, pattern: {detail: {a: [b]}}", []string{`51: "detail" is AWS's own format: in a CloudEvent the content is under "data"`}},
		{"topic: abc, payload: original, each: $.data, where: 5", []string{`62: a pattern maps names to lists of values: write {source: ["acs.oss"]} instead of 5`}},
		{"topic: 'abc/${@.id}', payload: original", []string{`17: ${@.id}: path "@.id": @ is the element of each, but the rule has no each; the event is $`}},
		{"topic: abc, payload: {jsonpath: '@'}", []string{`42: path "@": @ is the element of each, but the rule has no each; the event is $`}},
		{"topic: 'abc/${model}', payload: original", []string{"17: ${model}: the rule has no vars: a path starts with $. or @., such as ${$.model}"}},
		{"topic: 'abc/${modle}', vars: {model: $.id, b: $.id}, payload: original", []string{`17: ${modle}: "modle" is not a var of the rule: did you mean "model"? write one of b, model`}},
		{"topic: 'abc/${ model}', payload: original", []string{"17: ${ model}: write ${name} for a var, ${$.path} or ${@.path} for a value of the event, $${ for a literal ${"}},
		{"topic: 'abc/${}', payload: original", []string{"17: ${}: write ${name} for a var, ${$.path} or ${@.path} for a value of the event, $${ for a literal ${"}},
		{"topic: 'abc/${$.id', payload: original", []string{"17: ${$.id: after the name or path, write } or :-fallback}"}},
		{"topic: 'abc/${$.id:-a', payload: original", []string{"17: ${$.id:-a: the closing } is missing"}},
		{"topic: 'abc/${$.id x}', payload: original", []string{"17: ${$.id x}: after the name or path, write } or :-fallback}"}},
		{"topic: 'abc/${$.a-b}/${nope}', payload: original", []string{
			`17: ${$.a-b}: path "$.a-b": .a-b: a name after a dot consists of letters, digits and _ and does not start with a digit; write other names as ['a-b'] and indexes as [0]`,
			"17: ${nope}: the rule has no vars: a path starts with $. or @., such as ${$.nope}",
		}},
		{"topic: 'abc/${$.detail.x}', payload: original", []string{`17: ${$.detail.x}: path "$.detail.x": "detail" is AWS's own format: in a CloudEvent the content is under "data"`}},
		{"topic: 'abc/${$.subject.x}', payload: original", []string{`17: ${$.subject.x}: path "$.subject.x": attribute "subject" is a single value; content is under $.data`}},
		{"topic: 'abc/${$}', payload: original", []string{`17: ${$}: path "$": name an attribute or data, such as $.subject or $.data.id`}},
		{"topic: '', payload: original", []string{`17: topic "": a level is empty: leave out slashes at the start and the end, and double slashes`}},
		{"topic: 'ab', payload: original", []string{`17: topic "ab" has 2 characters: it must have at least 3`}},
		{"topic: 'a:b/c', payload: original", []string{`17: topic "a:b/c": the first level is the parent topic, which has letters, digits, - and _ only`}},
		{"topic: '${$.id}', payload: original", []string{`17: topic "${$.id}": the first level is the parent topic and must not contain placeholders: write it out, as in parent/${$.subject}`}},
		{"topic: 'a${$.id}/b', payload: original", []string{`17: topic "a${$.id}/b": the first level is the parent topic and must not contain placeholders: write it out, as in parent/${$.subject}`}},
		{"topic: /abc, payload: original", []string{`17: topic "/abc": a level is empty: leave out slashes at the start and the end, and double slashes`}},
		{"topic: abc/, payload: original", []string{`17: topic "abc/": a level is empty: leave out slashes at the start and the end, and double slashes`}},
		{"topic: a//b, payload: original", []string{`17: topic "a//b": a level is empty: leave out slashes at the start and the end, and double slashes`}},
		{"topic: 'abc/#', payload: original", []string{`17: topic "abc/#" has '#': a topic must be UTF-8 without + # %`}},
		{"topic: 'abc/+/x', payload: original", []string{`17: topic "abc/+/x" has '+': a topic must be UTF-8 without + # %`}},
		{"topic: 'abc/100%', payload: original", []string{`17: topic "abc/100%" has '%': a topic must be UTF-8 without + # %`}},
		{`topic: "abc/\x00", payload: original`, []string{`17: topic "abc/\x00" has '\x00': a topic must be UTF-8 without + # %`}},
		{"topic: abc/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx, payload: original", []string{`17: topic "abc/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" has 65 characters besides its values: it must have at most 64 in all`}},
		{"topic: 'abc/${$.id:-a/b}', payload: original", []string{`17: ${$.id:-a/b}: "a/b" has a slash, which would add a level to the topic: only ${+…} allows it`}},
		{"topic: 'abc/${+$.id:-a#}', payload: original", []string{`17: ${+$.id:-a#}: "a#" has '#': a topic must be UTF-8 without + # %`}},
		{"topic: 'abc/${x}', vars: {x: {path: $.id, default: a/b}}, payload: original", []string{`17: ${x}: "a/b" has a slash, which would add a level to the topic: only ${+…} allows it`}},
		{"topic: abc/p2p, payload: original", []string{`17: topic "abc/p2p": a P2P topic is parent/p2p/GID_group@@@device, three levels`}},
		{"topic: abc/P2P/GID_a@@@b, payload: original", []string{`17: topic "abc/P2P/GID_a@@@b": write p2p in lower case`}},
		{"topic: 'abc/p2p/${$.id}', payload: original", []string{`17: topic "abc/p2p/${$.id}": a P2P topic is parent/p2p/GID_group@@@device, with the group written out: GID_ or GID- and letters, digits, - and _`}},
		{"topic: 'abc/p2p/GID_${$.id}@@@b', payload: original", []string{`17: topic "abc/p2p/GID_${$.id}@@@b": a P2P topic is parent/p2p/GID_group@@@device, with the group written out: GID_ or GID- and letters, digits, - and _`}},
		{"topic: 'abc/p2p/GID_a@@@', payload: original", []string{`17: topic "abc/p2p/GID_a@@@": a P2P topic is parent/p2p/GID_group@@@device, with the group written out: GID_ or GID- and letters, digits, - and _`}},
		{"topic: 'abc/p2p/abc@@@x', payload: original", []string{`17: topic "abc/p2p/abc@@@x": a P2P topic is parent/p2p/GID_group@@@device, with the group written out: GID_ or GID- and letters, digits, - and _`}},
		{"topic: 'abc/p2p/GID_a@@@b/c', payload: original", []string{`17: topic "abc/p2p/GID_a@@@b/c": a P2P topic is parent/p2p/GID_group@@@device, three levels`}},
		{"topic: 'abc/p2p/GID_a@@@${+$.id}', payload: original", []string{`17: topic "abc/p2p/GID_a@@@${+$.id}": a P2P topic is parent/p2p/GID_group@@@device, three levels, and ${+…} could add some`}},
		{"topic: abc, payload: orginal", []string{"31: payload orginal: write original, or {template: '…'}, {jsonpath: …} or {constant: …}"}},
		{"topic: abc, payload: 5", []string{"31: payload 5: write original, or {template: '…'}, {jsonpath: …} or {constant: …}"}},
		{"topic: abc, payload: ", []string{"30: payload null: write original, or {template: '…'}, {jsonpath: …} or {constant: …}"}},
		{"topic: abc, payload: {}", []string{"31: payload must have one of jsonpath, constant and template; the whole event is payload: original"}},
		{"topic: abc, payload: {jsonpath: $.data, template: x}", []string{"31: payload must have one of jsonpath, constant and template; the whole event is payload: original"}},
		{"topic: abc, payload: {templat: x}", []string{`32: "templat" is not a key of payload: did you mean "template"? write one of jsonpath, constant, template, base64`}},
		{"topic: abc, payload: {original: true}", []string{
			"31: payload must have one of jsonpath, constant and template; the whole event is payload: original",
			`32: "original" is not a key of payload: write one of jsonpath, constant, template, base64`,
		}},
		{"topic: abc, payload: {base64: true}", []string{"31: payload must have one of jsonpath, constant and template; the whole event is payload: original"}},
		{"topic: abc, payload: {template: {a: b}}", []string{"42: template must be text, not a mapping: put JSON in single quotes, or in a block after |"}},
		{"topic: abc, payload: {template: 5}", []string{"42: template must be text, not a number: put JSON in single quotes, or in a block after |"}},
		{"topic: abc, payload: {template: ''}", []string{"31: payload is empty: a message must have at least 1 byte"}},
		{"topic: abc, payload: {constant: ''}", []string{"31: payload is empty: a message must have at least 1 byte"}},
		{"topic: abc, payload: {constant: }", []string{"41: constant is null: write what to send, text or JSON"}},
		{"topic: abc, payload: {constant: {a: 0x10, b: .5, c: 1_000, d: .inf}}", []string{
			`46: 0x10 is not a JSON number: write 16, or "0x10" for the text`,
			`55: .5 is not a JSON number: write 0.5, or ".5" for the text`,
			`62: 1_000 is not a JSON number: write 1000, or "1_000" for the text`,
			`72: .inf is not a JSON number: write ".inf" for the text`,
		}},
		{"topic: abc, payload: {constant: {a: 1, a: 2}}", []string{`49: "a" is given twice: write it once`}},
		{"topic: abc, payload: {constant: x, base64: yes}", []string{"53: base64 must be true or false, not text"}},
		{"topic: abc, payload: {jsonpath: data}", []string{`42: path "data": must start with $ (the event) or @ (the element of each)`}},
		{"topic: abc, payload: {jsonpath: [x]}", []string{"42: jsonpath must be text, not a list: put it in quotes"}},
		{"topic: abc, payload: {jsonpath: $.data.*}", []string{`42: path "$.data.*": .*: a name after a dot consists of letters, digits and _ and does not start with a digit; write other names as ['a-b'] and indexes as [0]`}},
		{"topic: abc, payload: {template: 'x ${+$.id}'}", []string{"42: ${+$.id}: + is only for topics, where it allows slashes: leave it out"}},
		{`topic: abc, payload: {template: '{"a": ${$.id}'}`, []string{`42: the template must be JSON, but is not valid with null and x as values`}},
		{"topic: abc, payload: {template: '{a: 1}'}", []string{"42: the template must be JSON, but is not valid with null and x as values"}},
		{`topic: abc, payload: {template: '{"${$.id}": 1}'}`, []string{"42: ${$.id}: a name must not contain placeholders: write the whole name"}},
		{"topic: abc, payload: {template: '{${$.id}: 1}'}", []string{"42: the template must be JSON, but is not valid with null and x as values"}},
		{"topic: abc, payload: {template: '[1${$.id}, 2]'}", []string{"42: the template must be JSON, but is not valid with null and x as values"}},
		{"topic: abc, payload: {template: '[${$.id}${$.id}]'}", []string{"42: the template must be JSON, but is not valid with null and x as values"}},
		{`topic: abc, payload: {template: '["\${$.id}"]'}`, []string{`42: the template must be JSON, but is not valid with null and x as values`}},
		{"topic: abc, payload: {template: '[${$.id:-none}]'}", []string{`42: ${$.id:-none}: outside quotes the fallback must be JSON, such as :-null or :-"text"`}},
		{"topic: abc, payload: {template: '[${x}]'}, vars: {x: {path: $.id, default: none}}", []string{`42: ${x}: the var's default "none" is text: put the placeholder in quotes`}},
		{"topic: abc, payload: original, vars: [a]", []string{`47: vars must be a mapping of names to paths, such as {id: "$.data.id"}, not a list`}},
		{"topic: abc, payload: original, vars: {'a b': $.id}", []string{`48: var "a b": a name has letters, digits, _ and - only`}},
		{"topic: abc, payload: original, vars: {a: 5}", []string{"51: a var must be a mapping of keys to values, not a number"}},
		{"topic: abc, payload: original, vars: {a: {}}", []string{`48: var "a": path is missing: write where its value is, such as path: "$.data.id"`}},
		{"topic: abc, payload: original, vars: {a: {path: id, match: '(', default: [], format: unixns, x: y}}", []string{
			`58: path "id": must start with $ (the event) or @ (the element of each)`,
			`69: match "(" is not an RE2 expression: `,
			"83: [] is not a value: write a string, a number, true, false or null",
			`95: format "unixns" is not known: did you mean "unixms"? write one of unix, unixms, rfc3339`,
			`103: "x" is not a key of a var: write one of path, match, default, format`,
		}},
		{"topic: abc, payload: original, vars: {a: {path: 5, match: 5, default: '', format: 5}}", []string{
			"58: path must be text, not a number: put it in quotes",
			"68: match must be text, not a number: put it in quotes",
			`80: default is "": leave it out, and write ${name:-} where the value may be left out`,
			"92: format must be text, not a number: put it in quotes",
		}},
		{"topic: abc, payload: original, vars: {a: '@.x', b: {path: $.id, default: ~}, a: $.id}", []string{
			`51: path "@.x": @ is the element of each, but the rule has no each; the event is $`,
			"83: default is null: leave it out, and write ${name:-} where the value may be left out",
			`87: "a" is given twice: write it once`,
		}},
		{"topic: true, payload: {template: ~}", []string{
			"17: topic must be text, not true or false: put it in quotes",
			"43: template must be text, not null: put JSON in single quotes, or in a block after |",
		}},
		{"topic: abc, payload: {template: '{${x} ${$.id'}", []string{"42: ${x}: the rule has no vars", "42: ${$.id: after the name or path, write } or :-fallback}"}},
		{"topic: abc, payload: {template: '${$.id:-${$.type}}'}", []string{"42: ${$.id:-${$.type}: a fallback must not contain placeholders"}},
		{"topic: abc, payload: {constant: [*a, {b: !c d}]}", []string{"43: *a: ", "51: !c d: "}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			for i := range c.want {
				c.want[i] = "1:" + c.want[i]
			}
			wantMistakes(t, fmt.Sprintf("rules: [{%s}]", c.rule), c.want)
		})
	}
}
