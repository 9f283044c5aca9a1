package webhook_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"sendbridge/adapters/webhook"
)

// fuzzVerifier throws headers and bodies at an inlet's verifier: none is let in, as none is signed by its secret, and
// none makes it panic.
func fuzzVerifier(f *testing.F, yaml string, secrets []string, o webhook.InletOptions, seeds [][3]string, names ...string) {
	o.Now = at(ebNow)
	h := inletHandler(f, yaml, secrets, o, nil)
	for _, s := range seeds {
		f.Add(s[0], s[1], s[2])
	}
	f.Fuzz(func(t *testing.T, one, two, body string) {
		r := postTo("/in/in", body)
		for i, name := range names {
			r.Header[http.CanonicalHeaderKey(name)] = []string{[]string{one, two}[i%2]}
		}
		r.URL.RawQuery = two
		if w := answerTo(h, r); w.Code < 400 || w.Code == 500 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}

func FuzzBearer(f *testing.F) {
	fuzzVerifier(f, "{verify: bearer, secretEnv: S, type: t}", []string{strings.Repeat("k", 99)}, webhook.InletOptions{}, [][3]string{{"Bearer a", "access_token=a&%", "x"}}, "Authorization")
}

func FuzzBasic(f *testing.F) {
	fuzzVerifier(f, "{verify: basic, secretEnv: S, type: t}", []string{"u:" + strings.Repeat("k", 99)}, webhook.InletOptions{}, [][3]string{{"Basic dTpw", "", "x"}}, "Authorization")
}

func FuzzHMAC(f *testing.F) {
	fuzzVerifier(f, "{verify: hmac, secretEnv: S, type: t, header: X-Sign, encoding: base64, prefix: 'v='}", []string{"k"}, webhook.InletOptions{}, [][3]string{{"v=AAAA", "", "x"}}, "X-Sign")
}

func FuzzGitHub(f *testing.F) {
	fuzzVerifier(f, "{verify: github, secretEnv: S, type: t}", []string{"k"}, webhook.InletOptions{}, [][3]string{{"sha256=00ff", "", "x"}}, "X-Hub-Signature-256")
}

func FuzzStripe(f *testing.F) {
	fuzzVerifier(f, "{verify: stripe, secretEnv: S}", []string{"k"}, webhook.InletOptions{}, [][3]string{{"t=1700000000,v1=00ff,v0=", "", "{}"}}, "Stripe-Signature")
}

func FuzzStandard(f *testing.F) {
	fuzzVerifier(f, "{verify: standard, secretEnv: S, type: t}", []string{whsec}, webhook.InletOptions{},
		[][3]string{{"v1,AAAA v1a,AAAA v2,", "1700000000", "{}"}}, "Webhook-Signature", "Webhook-Timestamp", "Webhook-Id")
}

func FuzzEventBridge(f *testing.F) {
	host := newCertificateHost(f, ebHost, time.Unix(ebNow+1000, 0))
	yaml := strings.Replace(ebInlet, "{", "{signatureV1: true, ", 1)
	inner := inletHandler(f, yaml, []string{"ours"}, webhook.InletOptions{Transport: host.transport, Now: at(ebNow)}, nil)
	f.Add("AAAA", "AAAA", "{}")
	f.Fuzz(func(t *testing.T, signature, secret, body string) {
		for _, name := range []string{"X-Eventbridge-Signature", "X-Eventbridge-Signature-V2"} {
			r := postTo("/in/in", body, ebRequest{key: host.key, token: "ours", cert: "https://" + ebHost + "/cert.pem", at: ebNow * 1000, v1: true}.headers()...)
			r.Header[name] = []string{signature}
			r.Header["X-Eventbridge-Signature-Secret"] = []string{secret}
			if w := answerTo(inner, r); w.Code != http.StatusUnauthorized {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		}
	})
}

func FuzzSNS(f *testing.F) {
	host := newCertificateHost(f, snsHost, time.Unix(ebNow+1000, 0))
	fuzzVerifier(f, "{verify: sns, topicArns: ['"+snsTopic+"']}", nil, webhook.InletOptions{Transport: host.transport},
		[][3]string{{"", "", strings.Replace(snsBody(host.key, map[string]string{"Type": "Notification"}, nil), "hello", "hellO", 1)}})
}

// FuzzBodies: whatever an inlet makes of a body, an error of it is the sender's, and another decoding says the same.
func FuzzBodies(f *testing.F) {
	inlet := inletOf(f, "{verify: bearer, secretEnv: S, type: 't.${$.a}', subject: '${$.b[0]}', time: '${$.c}', cloudevents: true}")
	git := inletOf(f, "{verify: github, secretEnv: S}")
	f.Add(`{"a":1,"b":["x"],"c":1700000000}`, "application/json")
	f.Add("a=1&b=2", "application/x-www-form-urlencoded")
	f.Add(ebEvent, structuredType)
	f.Fuzz(func(t *testing.T, body, mediaType string) {
		for range 2 {
			for _, path := range []string{"in", "git"} {
				spec := &inlet
				if path == "git" {
					spec = &git
				}
				r := postTo("/in/in", body, "X-GitHub-Event: issues")
				r.Header["Content-Type"] = []string{mediaType}
				records, err := webhook.DecodeInlet(spec, r)
				if err == nil && len(records) == 1 && records[0].Err == nil && records[0].Event.ID() == "" {
					t.Errorf("an event without an id of %q", body)
				}
			}
		}
	})
}
