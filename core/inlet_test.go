package core_test

import (
	"fmt"
	"strings"
	"testing"

	"sendbridge/core"
)

func TestInletsOfAFile(t *testing.T) {
	rules, inlets, err := core.ParseFile("f.yaml", []byte(`
rules: [{topic: abc, payload: original}]
inlets:
  github: {verify: github, secretEnv: GITHUB_SECRET}
  alerts:
    verify: hmac
    secretEnv: ALERTS
    header: X-Sign
    origins: [a.example]
    type: com.example.alertmanager
    subject: ${$.groupKey}
    id: {header: X-Id}
`))
	if err != nil || len(rules) != 1 || len(inlets) != 2 {
		t.Fatal(err)
	}
	i := inlets[1]
	if i.Path() != "/in/alerts" || i.Verify != "hmac" || i.SecretEnv != "ALERTS" || i.Header != "X-Sign" || i.IDHeader != "X-Id" || i.Origins[0] != "a.example" {
		t.Errorf("%+v", i)
	}
	if s, err := i.Subject.Render(`{"groupKey":"g"}`); s != "g" || err != nil {
		t.Errorf("%q, %v", s, err)
	}
	if _, err := i.Subject.Render(``); err == nil || !strings.Contains(err.Error(), "$.groupKey is missing") {
		t.Error(err)
	}
}

func TestMistakesInInlets(t *testing.T) {
	for inlet, want := range map[string]string{
		"{verfy: github, secretEnv: S}":                                                  `"verfy" is not a key of an inlet: did you mean "verify"?`,
		"{secretEnv: S}":                                                                 `inlet "in": verify is missing: write "bearer", "basic", `,
		"{verify: githup, secretEnv: S}":                                                 `verify "githup" is not known: did you mean "github"?`,
		"{verify: github}":                                                               `inlet "in": secretEnv is missing: write the name of the environment variable`,
		"{verify: github, secretEnv: 'It is secret'}":                                    "secretEnv must be the name of an environment variable",
		"{verify: github, secretEnv: SENDBRIDGE_X}":                                      "names with SENDBRIDGE_ are settings",
		"{verify: github, secretEnv: S, header: X}":                                      "verify: github has no header: leave it out",
		"{verify: none, type: t}":                                                        "write unverified: anybody-may-post, in so many words",
		"{verify: none, type: t, unverified: yes-please}":                                `unverified "yes-please" is not known`,
		"{verify: bearer, secretEnv: S}":                                                 `inlet "in": type is missing: write the type of its events, such as type: com.example.in`,
		"{verify: hmac, secretEnv: S, type: t}":                                          "header is missing: write the name of the header",
		"{verify: hmac, secretEnv: S, type: t, header: X, hash: md5}":                    `hash "md5" is not known`,
		"{verify: eventbridge, secretEnv: S, type: t, url: a, region: r}":                `url "a" must be a whole address`,
		"{verify: eventbridge, secretEnv: S, type: t, url: 'https://a/', region: 'a.b'}": `region "a.b" must be a region's id`,
		"{verify: sns, topicArns: [a]}":                                                  `topicArns: "a" is no topic's ARN`,
		"{verify: sns}":                                                                  "topicArns is missing",
		"{verify: bearer, secretEnv: S, type: '${$.x'}":                                  "after the name or path comes }",
		"{verify: bearer, secretEnv: S, type: '${@.x}'}":                                 `path "@.x": the body is $`,
		"{verify: bearer, secretEnv: S, type: '${x}'}":                                   "write ${$.path} for a value of the body",
		"{verify: bearer, secretEnv: S, type: '${+$.x}'}":                                "+ is for topics",
		"{verify: bearer, secretEnv: S, type: ''}":                                       "type is empty",
		"{verify: bearer, secretEnv: S, type: t, id: {heder: X}}":                        `"heder" can't be here`,
		"{verify: bearer, secretEnv: S, type: t, challenge: teams}":                      `challenge "teams" is not known`,
		"{verify: bearer, secretEnv: S, cloudevents: maybe}":                             "cloudevents must be true or false, not text",
		"5": "an inlet must be a mapping",
	} {
		_, _, err := core.ParseFile("f.yaml", []byte(fmt.Sprintf("rules: [{topic: abc, payload: original}]\ninlets: {in: %s}", inlet)))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "f.yaml:2:") {
			t.Errorf("%s:\n%v\nwant %s", inlet, err, want)
		}
	}
	if _, _, err := core.ParseFile("f", []byte("rules: [{topic: abc, payload: original}]\ninlets: {In/x: {verify: github, secretEnv: S}}")); err == nil {
		t.Error("a name that is no part of an address")
	}
}
