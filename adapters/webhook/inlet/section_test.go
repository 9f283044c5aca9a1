package inlet_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestInletsOfAFile(t *testing.T) {
	inlets, err := parse(`
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
`)
	if err != nil || len(inlets) != 2 {
		t.Fatal(err)
	}
	i := inlets[1]
	if i.Path() != "/in/alerts" || i.Verify != "hmac" || i.SecretEnv[0] != "ALERTS" || i.ID == nil || !i.ID.OfHeadersAlone() || i.Origins[0] != "a.example" {
		t.Errorf("%+v", i)
	}
	if s, err := i.Subject.Render(`{"groupKey":"g"}`, nil); s != "g" || err != nil {
		t.Errorf("%q, %v", s, err)
	}
	if _, err := i.Subject.Render(``, nil); err == nil || !strings.Contains(err.Error(), "$.groupKey is missing") {
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
		"{verify: none, type: t}":                                                        "write unverified: anybody-may-post, exactly so",
		"{verify: none, type: t, unverified: yes-please}":                                `unverified "yes-please" is not known`,
		"{verify: bearer, secretEnv: S}":                                                 `inlet "in": type is missing: write the type of its events, such as type: com.example.in`,
		"{verify: hmac, secretEnv: S, type: t}":                                          "header is missing: write the name of the header",
		"{verify: hmac, secretEnv: S, type: t, header: X, hash: md5}":                    `hash "md5" is not known`,
		"{verify: eventbridge, secretEnv: S, type: t, url: a, region: r}":                `url "a" must be a whole address`,
		"{verify: eventbridge, secretEnv: S, type: t, url: 'https://a/', region: 'a.b'}": `region "a.b" must be a region's id`,
		"{verify: sns, topicArns: [a]}":                                                  `topicArns: "a" must be the ARN of a topic`,
		"{verify: sns}":                                                                  "topicArns is missing",
		"{verify: bearer, secretEnv: S, type: '${$.x'}":                                  "after the name or path, write }",
		"{verify: bearer, secretEnv: S, type: '${@.x}'}":                                 `path "@.x": the body is $`,
		"{verify: bearer, secretEnv: S, type: '${x}'}":                                   "write ${$.path} for a value of the body",
		"{verify: bearer, secretEnv: S, type: '${+$.x}'}":                                "+ is only for topics",
		"{verify: bearer, secretEnv: S, type: ''}":                                       "type is empty",
		"{verify: bearer, secretEnv: S, type: t, id: {heder: X}}":                        `"heder" is not allowed here`,
		"{verify: bearer, secretEnv: S, type: {header: 'X Y'}}":                          `header "X Y" must be the name of a header`,
		"{verify: bearer, secretEnv: S, type: '${header.}'}":                             "${header.NAME} for a header",
		"{verify: bearer, secretEnv: S, type: t, unwrap: payload}":                       `unwrap "payload" must be a path in the body, such as $.payload`,
		"{verify: bearer, secretEnv: S, type: t, unwrap: '$.a}${$.b'}":                   "must be a path in the body",
		"{verify: jwt, issuer: 'http://a.example', audience: a, email: e, type: t}":      `issuer "http://a.example" must be an https address`,
		"{verify: jwt, issuer: 'https://a.example', email: e, type: t}":                  "audience is missing",
		"{verify: pubsub, audience: a}":                                                  "email or subjectClaim is missing",
		"{verify: token, secretEnv: S, type: t}":                                         "header is missing: write the name of the header that contains the token",
		"{verify: slack, secretEnv: S, header: X}":                                       "verify: slack has no header: leave it out",
		"{verify: slack, secretEnv: S, tolerance: 5}":                                    "tolerance must be text",
		"{verify: slack, secretEnv: S, tolerance: 2d}":                                   `tolerance "2d" must be a duration from 1s to 24h`,
		"{verify: trello, secretEnv: S}":                                                 "url is missing: write the address that the sender calls",
		"{verify: hmac, secretEnv: S, type: t, header: X, signed: '${bdy}'}":             "signed: ${bdy} is not known: write ${body}",
		"{verify: hmac, secretEnv: S, type: t, header: X, signed: '${header.T}'}":        "a signature that does not cover the body proves nothing about it",
		"{verify: hmac, secretEnv: S, type: t, header: X, signed: '${url}${body}'}":      "write url, the address that the sender calls",
		"{verify: hmac, secretEnv: S, type: t, header: X, tolerance: 5m}":                "tolerance needs a time",
		"{verify: hmac, secretEnv: S, type: t, header: X, timestamp: '${header.T}'}":     "timestamp must be a part of signed",
		"{verify: bearer, secretEnv: [S, 'a b'], type: t}":                               "secretEnv must be the name of an environment variable",
		"{verify: bearer, secretEnv: S, type: t, challenge: teams}":                      `challenge "teams" is not known`,
		"{verify: bearer, secretEnv: S, cloudevents: maybe}":                             "cloudevents must be true or false, not text",
		"{verify: bearer, secretEnv: 0KEY, type: t}":                                     "secretEnv must be the name of an environment variable",
		"{verify: bearer, secretEnv: 9KEY, type: t}":                                     "secretEnv must be the name of an environment variable",
		"{verify: bearer, secretEnv: A-KEY, type: t}":                                    "secretEnv must be the name of an environment variable",
		"{verify: bearer, secretEnv: '', type: t}":                                       "secretEnv",
		"{verify: jwt, issuer: 'https://u:p@a.example', audience: a, email: e, type: t}": `must be an https address`,
		"{verify: eventbridge, secretEnv: S, type: t, url: 'ftp://a/', region: r}":       `url "ftp://a/" must be a whole address`,
		"5": "an inlet must be a mapping",
	} {
		_, err := parse(fmt.Sprintf("rules: [{topic: abc, payload: original}]\ninlets: {in: %s}", inlet))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.HasPrefix(err.Error(), "f.yaml:2:") {
			t.Errorf("%s:\n%v\nwant %s", inlet, err, want)
		}
	}
	for name, want := range map[string]bool{"In/x": false, "in.x": false, strings.Repeat("a", 64): true, strings.Repeat("a", 65): false, "0-_z": true} {
		if _, err := parse("rules: [{topic: abc, payload: original}]\ninlets: {" + name + ": {verify: github, secretEnv: S}}"); (err == nil) != want {
			t.Errorf("the name %s: %v", name, err)
		}
	}
}

// These are no mistakes: what only looks unusual must not be refused.
func TestUnusualInlets(t *testing.T) {
	for _, yaml := range []string{
		"{verify: bearer, secretEnv: KEY_0, type: t}",
		"{verify: bearer, secretEnv: _key9, type: t}",
		"{verify: eventbridge, secretEnv: S, type: t, url: 'http://a.example/in/in', region: cn-hangzhou}",
		"{verify: jwt, issuer: 'http://localhost:8080', audience: a, email: e, type: t}",
		"{verify: jwt, issuer: 'http://127.0.0.1:8080/realm', audience: a, email: e, type: t}",
		"{verify: slack, secretEnv: S, tolerance: 24h}",
	} {
		if _, err := parse("rules: [{topic: abc, payload: original}]\ninlets: {in: " + yaml + "}"); err != nil {
			t.Errorf("%s: %v", yaml, err)
		}
	}
}

// Every mistake of a file is reported, in the file's order: mistakes in rules, and in keys of other verifiers.
func TestAllMistakesOfAFile(t *testing.T) {
	_, err := parse("rulez:\n- topik: abc\n  payload: orignal\ninlets:\n  a: {verify: github, region: 5}\n  B: []\n")
	got := strings.Split(fmt.Sprint(err), "\n")
	want := []string{
		`f.yaml:1:1: "rulez" is not a key of the file: did you mean "rules"? write one of rules, inlets`,
		`f.yaml:2:3: "topik" is not a key of a rule: did you mean "topic"? write one of name, pattern, `,
		`f.yaml:3:12: payload orignal: write original, or {template: `,
		`f.yaml:5:3: inlet "a": secretEnv is missing: write the name of the environment variable that contains the secret`,
		`f.yaml:5:31: verify: github has no region: leave it out`,
		`f.yaml:5:31: region must be text, not a number`,
		`f.yaml:5:31: region "" must be a region's id, such as cn-hangzhou`,
		`f.yaml:6:3: inlet "B": a name is part of an address: a-z, 0-9, - and _ only, at most 64`,
		`f.yaml:6:6: an inlet must be a mapping of keys to values, not a list`,
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || !strings.HasPrefix(got[i], want[i]) {
			t.Fatalf("got\n%v\nwant\n%s", err, strings.Join(want, "\n"))
		}
	}
	if _, err := parse("rules: [{topic: abc, payload: original}]\ninlets: []\n"); err == nil ||
		err.Error() != "f.yaml:2:9: inlets must be a mapping of names to inlets, such as {github: {verify: github, secretEnv: GITHUB_SECRET}}, not a list" {
		t.Error(err)
	}
}

// The keys of an inlet are listed in this order.
func TestKeysOfAnInlet(t *testing.T) {
	_, err := parse("rules: [{topic: abc, payload: original}]\ninlets: {a: {zzzzzz: 1, verify: none, unverified: anybody-may-post, type: t}}")
	const want = `"zzzzzz" is not a key of an inlet: write one of verify, secretEnv, unverified, header, hash, encoding, prefix, separator, ` +
		`signed, timestamp, tolerance, secretEncoding, url, issuer, audience, email, subjectClaim, jwks, region, signatureV1, topicArns, origins, challenge, cloudevents, unwrap, id, type, source, subject, time`
	if err == nil || err.Error() != "f.yaml:2:14: "+want {
		t.Errorf("got  %v\nwant %s", err, want)
	}
}
