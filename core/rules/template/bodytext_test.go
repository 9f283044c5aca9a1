package template_test

import (
	"strings"
	"testing"

	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/core/rules"
	"sendbridge/core/rules/template"
)

// headers returns the headers of a request by their names as written.
func headers(h map[string][]string) cloudevent.HeaderFunc {
	return func(name string) []string { return h[name] }
}

func TestTextOfARequest(t *testing.T) {
	const body = `{"a":"y","list":[{"n":1},{"n":2}],"empty":"","null":null,"twice":{"x":1,"x":2},"half":"\ud83d"}`
	sent := headers(map[string][]string{"X-Topic": {"orders/paid"}, "X-Twice": {"one", "two"}, "X-Empty": {""}, "azAZ09-_": {"edges"}})
	for _, c := range []struct{ template, want string }{
		{"plain", "plain"},
		{"x-${$.a}", "x-y"},
		{"${$.list[1].n}/${$.list}", `2/[{"n":1},{"n":2}]`},
		{"${header.X-Topic}", "orders/paid"},
		{"${upper:header.X-Topic}.${$.a}", "ORDERS/PAID.y"},
		{"${header.azAZ09-_}", "edges"},
		{"${header.X-None:-none}|${header.X-Twice:-none}|${header.X-Empty:-none}|${$.none:-none}", "none|none|none|none"},

		{"${$.none}", "InvalidEvent: ${$.none}: $.none is missing, and there is no :-fallback"},
		{"${$.empty}", "InvalidEvent: ${$.empty}: $.empty is empty"},
		{"${$.null}", "InvalidEvent: ${$.null}: $.null is null"},
		{"${header.X-None}", "InvalidEvent: ${header.X-None}: header.X-None is missing, and there is no :-fallback"},
		{"${header.X-Twice}", "InvalidEvent: ${header.X-Twice}: header.X-Twice is missing"},
		{"${$.twice.x}", "DuplicateName: $.twice.x is given twice"},
		{"${$.half}", "LoneSurrogate: ${$.half}: the text contains half of a surrogate pair"},
	} {
		text, err := template.ParseBodyText(c.template)
		if err != nil {
			t.Fatal(c.template, err)
		}
		got, err := text.Render(body, sent)
		if err != nil {
			got = fault.Of(err).Code + ": " + err.Error()
		}
		if got != c.want && (err == nil || !strings.HasPrefix(got, c.want)) {
			t.Errorf("%s:\ngot  %s\nwant %s", c.template, got, c.want)
		}
	}
}

// A request may have no body and no headers at all.
func TestTextOfAnEmptyRequest(t *testing.T) {
	text, err := template.ParseBodyText("${$.a:-no body} ${header.X-Topic:-no header}")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := text.Render("", nil); got != "no body no header" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

// An inlet tells apart the events of a request whose texts come from the headers, which they share.
func TestTextOfHeadersAlone(t *testing.T) {
	for template, want := range map[string]bool{
		"${header.X-Id}":                  true,
		"${header.X-Id}/${header.X-Part}": true,
		"${$.id}":                         false,
		"${header.X-Id}/${$.id}":          false,
		"${$.id}/${header.X-Id}":          false,
		"plain":                           false,
	} {
		text := readBodyText(t, "'"+template+"'")
		if got := text.OfHeadersAlone(); got != want {
			t.Errorf("%s: got %t", template, got)
		}
	}
}

// readBodyText reads a template from the section of a rules file that must be valid.
func readBodyText(t *testing.T, yaml string) *template.BodyText {
	t.Helper()
	text, err := parseBodyText(yaml)
	if err != nil {
		t.Fatal(yaml, err)
	}
	return text
}

func parseBodyText(yaml string) (text *template.BodyText, err error) {
	_, err = rules.Parse("f", []byte("rules: [{topic: abc, payload: original}]\ntext: "+yaml),
		rules.Section{Name: "text", Read: func(n rules.Node) { text = template.ReadBodyText(n, "text") }})
	return text, err
}

// {header: NAME} is the short form of a template of one header.
func TestHeaderByItsName(t *testing.T) {
	got, err := readBodyText(t, "{header: X-Request-Id}").Render(`{}`, headers(map[string][]string{"X-Request-Id": {"17"}}))
	if got != "17" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestMistakesInTextsOfARequest(t *testing.T) {
	for yaml, want := range map[string]string{
		`''`:                             `f:2:7: text is empty: leave it out, or write it`,
		`5`:                              `f:2:7: text must be text, not a number`,
		`'${+$.a}'`:                      `f:2:7: ${+$.a}: + is only for topics`,
		`'${@.a}'`:                       `f:2:7: ${@.a}: path "@.a": the body is $`,
		`'${@index}'`:                    `f:2:7: ${@index}: path "@": the body is $`,
		`'${now}'`:                       `f:2:7: ${now}: write ${$.path} for a value of the body, ${header.NAME} for a header`,
		`'${X-Id}'`:                      `f:2:7: ${X-Id}: write ${$.path} for a value of the body`,
		`'${header.}'`:                   `f:2:7: ${header.}: write ${$.path} for a value of the body`,
		`'${header.X-Id'`:                `f:2:7: ${header.X-Id: write ${$.path} for a value of the body`,
		`'${header.a@} b'`:               `f:2:7: ${header.a@}: after the name or path, write } or :-fallback}`,
		`'${header.a[} b'`:               `f:2:7: ${header.a[}: after the name or path, write }`,
		"'${header.a`} b'":               "f:2:7: ${header.a`}: after the name or path, write }",
		`'${header.a{} b'`:               `f:2:7: ${header.a{}: after the name or path, write }`,
		`'${header.a/} b'`:               `f:2:7: ${header.a/}: after the name or path, write }`,
		`'${header.a:} b'`:               `f:2:7: ${header.a:}: after the name or path, write }`,
		`{header: 'X Y'}`:                `f:2:16: header "X Y" must be the name of a header, such as X-Request-Id`,
		`{header: ''}`:                   `f:2:16: header "" must be the name of a header`,
		`{header: 'X:-none'}`:            `f:2:16: header "X:-none" must be the name of a header`,
		`{header: 'X}/${header.Y'}`:      `f:2:16: header "X}/${header.Y" must be the name of a header`,
		`{headers: X}`:                   `f:2:8: "headers" is not allowed here: write "header"`,
		`{header: X, default: anything}`: `must have one name: "header"`,
	} {
		_, err := parseBodyText(yaml)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s:\ngot  %v\nwant %s", yaml, err, want)
		}
	}
}
