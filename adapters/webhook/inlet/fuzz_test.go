package inlet_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"sendbridge/adapters/webhook/inlet"
)

// fuzzVerifier sends headers and bodies to an inlet's verifier: it accepts none of them, because none is signed with its
// secret, and never panics.
func fuzzVerifier(f *testing.F, yaml string, secrets []string, o inlet.Options, seeds [][3]string, names ...string) {
	o.Now = at(ebNow)
	i := open(f, yaml, secrets, o)
	for _, s := range seeds {
		f.Add(s[0], s[1], s[2])
	}
	f.Fuzz(func(t *testing.T, one, two, body string) {
		r := post(body)
		for n, name := range names {
			r.Header[http.CanonicalHeaderKey(name)] = []string{[]string{one, two}[n%2]}
		}
		r.URL.RawQuery = two
		if _, err := enter(i, r); !isUnproven(err) && !isLater(err) {
			t.Errorf("%v", err)
		}
	})
}

func FuzzBearer(f *testing.F) {
	fuzzVerifier(f, "{verify: bearer, secretEnv: S, type: t}", []string{strings.Repeat("k", 99)}, inlet.Options{}, [][3]string{{"Bearer a", "access_token=a&%", "x"}}, "Authorization")
}

func FuzzBasic(f *testing.F) {
	fuzzVerifier(f, "{verify: basic, secretEnv: S, type: t}", []string{"u:" + strings.Repeat("k", 99)}, inlet.Options{}, [][3]string{{"Basic dTpw", "", "x"}}, "Authorization")
}

func FuzzHMAC(f *testing.F) {
	fuzzVerifier(f, "{verify: hmac, secretEnv: S, type: t, header: X-Sign, encoding: base64, prefix: 'v='}", []string{"k"}, inlet.Options{}, [][3]string{{"v=AAAA", "", "x"}}, "X-Sign")
}

func FuzzGitHub(f *testing.F) {
	fuzzVerifier(f, "{verify: github, secretEnv: S, type: t}", []string{"k"}, inlet.Options{}, [][3]string{{"sha256=00ff", "", "x"}}, "X-Hub-Signature-256")
}

func FuzzStripe(f *testing.F) {
	fuzzVerifier(f, "{verify: stripe, secretEnv: S}", []string{"k"}, inlet.Options{}, [][3]string{{"t=1700000000,v1=00ff,v0=", "", "{}"}}, "Stripe-Signature")
}

func FuzzStandard(f *testing.F) {
	fuzzVerifier(f, "{verify: standard, secretEnv: S, type: t}", []string{whsec}, inlet.Options{},
		[][3]string{{"v1,AAAA v1a,AAAA v2,", "1700000000", "{}"}}, "Webhook-Signature", "Webhook-Timestamp", "Webhook-Id")
}

func FuzzEventBridge(f *testing.F) {
	host := newCertificateHost(f, time.Unix(ebNow+1000, 0))
	yaml := strings.Replace(ebInlet, "{", "{signatureV1: true, ", 1)
	i := open(f, yaml, []string{"ours"}, inlet.Options{Transport: host, Now: at(ebNow)})
	f.Add("AAAA", "AAAA", "{}")
	f.Fuzz(func(t *testing.T, signature, secret, body string) {
		for _, name := range []string{"X-Eventbridge-Signature", "X-Eventbridge-Signature-V2"} {
			r := post(body, ebRequest{key: host.key, token: "ours", cert: "https://" + ebHost + "/cert.pem", at: ebNow * 1000, v1: true}.headers()...)
			r.Header[name] = []string{signature}
			r.Header["X-Eventbridge-Signature-Secret"] = []string{secret}
			if _, err := enter(i, r); !isUnproven(err) {
				t.Errorf("%v", err)
			}
		}
	})
}

func FuzzSNS(f *testing.F) {
	host := newSNS(f)
	fuzzVerifier(f, "{verify: sns, topicArns: ['"+snsTopic+"']}", nil, inlet.Options{Transport: host},
		[][3]string{{"", "", strings.Replace(snsBody(host.key, map[string]string{"Type": "Notification"}, nil), "hello", "hellO", 1)}})
}
