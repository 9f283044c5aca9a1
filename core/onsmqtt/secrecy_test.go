package onsmqtt

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"sendbridge/core/fault"
)

// secretPayload contains its pin where an echo of half of it would still show it.
const secretPayload = `{"of": "Miller & Söhne", "pin": "zebra-4711"}`

// leaks returns which parts of the key, the payload and the sent text a text contains, in any encoding.
func leaks(text string, key Credentials, payload string) []string {
	var found []string
	decoded := text
	for range 3 {
		if unescaped, err := url.QueryUnescape(strings.ReplaceAll(decoded, "%!", "")); err == nil {
			text += unescaped
			decoded = unescaped
		}
	}
	for name, secret := range map[string]string{"secret": key.AccessKeySecret, "token": key.SecurityToken, "payload": payload} {
		if secret != "" && strings.Contains(strings.ToLower(text), strings.ToLower(secret)) {
			found = append(found, name)
		}
	}
	return found
}

func everyForm(v any) string {
	var b bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%10.3v"} {
		fmt.Fprintf(&b, verb+"\n", v)
	}
	slog.New(slog.NewJSONHandler(&b, nil)).Info("m", "v", v)
	slog.New(slog.NewTextHandler(&b, nil)).Info("m", "v", v)
	if text, err := json.Marshal(v); err == nil {
		b.Write(text)
	}
	return b.String()
}

func TestPrintingShowsNoSecret(t *testing.T) {
	o := &Options{}
	c := newTestClient(t, newGateway(t, func(int) string {
		return raw(403, `{"Code":"NoPermission","Message":"m"}`)
	}).url, stsKey, o)
	_, err := c.SendMessage(t.Context(), "t", secretPayload)
	for name, v := range map[string]any{
		"credentials": stsKey, "pointer": &stsKey, "slice": []Credentials{stsKey}, "field": struct{ C Credentials }{stsKey},
		"map":    map[string]Credentials{"c": stsKey},
		"client": c, "options": *o, "error": err, "wrapped": fmt.Errorf("x: %w", err),
	} {
		text := everyForm(v)
		hexSecret := fmt.Sprintf("%x", stsKey.AccessKeySecret)
		if found := leaks(text, stsKey, secretPayload); len(found) > 0 || strings.Contains(text, hexSecret) {
			t.Errorf("%s shows %v: %s", name, found, text)
		}
	}
	if got, want := fmt.Sprintf("%s %+v", c, c), "onsmqtt.Client("+c.scheme+"://"+c.host+")"; got != want+" "+want {
		t.Errorf("a client is printed as %s", got)
	}
	if got := stsKey.LogValue().String(); got != stsKey.String() {
		t.Errorf("logged AccessKeyId %q", got)
	}
	if got := stsKey.String(); got != "STS.***0001" {
		t.Errorf("masked AccessKeyId %q", got)
	}
	for id, want := range map[string]string{"": "***", "short": "***", "elevenchars": "***", "twelve-chars": "twel***hars"} {
		if got := (Credentials{AccessKeyID: id}).String(); got != want {
			t.Errorf("%q is masked as %q, want %q", id, got, want)
		}
	}
}

// TestEchoesAreCut makes the API, or something that answers for it, repeat what it was sent.
func TestEchoesAreCut(t *testing.T) {
	secret, token := stsKey.AccessKeySecret, stsKey.SecurityToken
	once := url.QueryEscape
	canonical := "POST&%2F&" + once("Payload="+once(secretPayload)+"&SecurityToken="+once(token))
	echoes := map[string]string{
		"payload":             "illegal payload " + secretPayload,
		"payload, cut short":  "illegal payload " + secretPayload[:20],
		"payload, late":       strings.Repeat("x ", 143) + secretPayload,
		"payload, lines":      "illegal payload " + strings.ReplaceAll(secretPayload, " ", "\n"),
		"payload, upper case": "illegal payload " + strings.ToUpper(secretPayload),
		"payload, quoted":     fmt.Sprintf("illegal payload %q", secretPayload),
		"query":               "illegal query Payload=" + once(secretPayload),
		"query, lower hex":    "illegal query Payload=" + strings.ToLower(once(secretPayload)),
		"query, %20":          "illegal query Payload=" + strings.ReplaceAll(once(secretPayload), "+", "%20"),
		"escaped twice":       "illegal query " + once(strings.ReplaceAll(once(secretPayload), "+", "%20")),
		"token":               "illegal token " + token,
		"secret":              "illegal secret " + secret,
		"string to sign":      "Specified signature is not matched with our calculation. server string to sign is:" + canonical,
		"StringToSign":        "Specified signature is not matched. Server StringToSign: " + canonical,
		"tail of that":        "mismatch, server string to sign is " + secretPayload[20:],
		"tail of another":     "mismatch, server StringToSign: " + secretPayload[20:],
		"tail of a third":     "mismatch, canonical request is " + secretPayload[20:],
		"canonical request":   "mismatch, CanonicalRequest is POST / x-acs-security-token:" + token,
	}
	for name, echo := range echoes {
		message, err := json.Marshal(echo)
		if err != nil {
			t.Fatal(err)
		}
		for form, answer := range map[string]string{
			"json":       raw(400, `{"Code":"SignatureDoesNotMatch","Message":`+string(message)+`}`),
			"page":       raw(502, "<html><title>"+htmlEscape(echo)+"</title>"+echo),
			"text":       raw(400, echo),
			"request id": raw(400, `{"Code":"X","RequestId":`+string(message)+`,"AccessDeniedDetail":{"AuthAction":`+string(message)+`}}`),
			"code":       raw(400, `{"Code":`+string(message)+`}`),
			"header":     raw(400, `{}`, "X-Acs-Request-Id: "+strings.ReplaceAll(echo, "\n", " ")),
		} {
			c := newTestClient(t, newGateway(t, func(int) string { return answer }).url, stsKey, nil)
			_, err := c.SendMessage(t.Context(), "t", secretPayload)
			text := everyForm(err)
			if found := leaks(text, stsKey, secretPayload[:16]); len(found) > 0 || strings.Contains(text, "zebra") || strings.Contains(text, "Miller") || strings.Contains(text, token[:17]) {
				t.Errorf("%s in %s: shows %v: %v", name, form, found, err)
			}
			if form == "json" && fault.Of(err).Class != "credential" {
				t.Errorf("%s: class %s", name, fault.Of(err).Class)
			}
		}
	}
}

func htmlEscape(s string) string {
	return strings.NewReplacer("&", "&amp;", `"`, "&quot;").Replace(s)
}

func TestSignatureIsNotShown(t *testing.T) {
	for _, signature := range []Signature{"v3", "v1"} {
		var sent string
		c := newTestClient(t, "https://"+vectorHost, plainKey, &Options{
			Signature: signature,
			Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
				sent = r.Header.Get("Authorization")
				sent = sent[strings.LastIndex(sent, "=")+1:]
				if r.Body != nil {
					_ = r.ParseForm()
					sent = r.PostForm.Get("Signature")
				}
				return nil, errors.New("no luck with " + sent + " and " + base64.StdEncoding.EncodeToString([]byte(sent)))
			}),
		})
		_, err := c.SendMessage(t.Context(), "t", "p")
		if sent == "" || strings.Contains(err.Error(), sent) || !strings.Contains(err.Error(), "no luck") {
			t.Errorf("%s: %q in %v", signature, sent, err)
		}
	}
}

// TestTransportErrorsHideTheURL covers a caller's own transports and proxies with passwords.
func TestTransportErrorsHideTheURL(t *testing.T) {
	c := newTestClient(t, "https://"+vectorHost, stsKey, &Options{
		Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("mine: %w", &url.Error{Op: "Post", URL: r.URL.String(), Err: errors.New("broken")})
		}),
	})
	_, err := c.SendMessage(t.Context(), "t", secretPayload)
	if e := asError(t, err); e.Message != "no answer: broken" || e.Code != codeNetwork {
		t.Errorf("%v", e)
	}

	for name, proxy := range map[string]func(*http.Request) (*url.URL, error){
		"refused": func(*http.Request) (*url.URL, error) { return url.Parse("http://user:hunter2@127.0.0.1:1") },
		"invalid": func(*http.Request) (*url.URL, error) {
			return nil, errors.New("invalid proxy http://user:hunter2@[::1")
		},
	} {
		transport := newTransport(1)
		transport.Proxy = proxyOnce(proxy)
		c := newTestClient(t, "https://"+vectorHost, stsKey, &Options{Transport: transport})
		_, err := c.SendMessage(t.Context(), "t", secretPayload)
		if found := leaks(err.Error(), stsKey, secretPayload); len(found) > 0 || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s proxy: %v", name, err)
		}
		if e := asError(t, err); e.Code != codeProxy || fault.Of(e).Class != "transient" {
			t.Errorf("%s proxy: %v, class %s", name, err, fault.Of(e).Class)
		}
	}
}

func TestProviderErrorIsKept(t *testing.T) {
	cause := errors.New("no role")
	c := newTestClient(t, "https://"+vectorHost, plainKey, nil)
	c.provider = func(context.Context) (Credentials, error) { return Credentials{}, cause }
	_, err := c.SendMessage(t.Context(), "t", "p")
	if e := asError(t, err); !errors.Is(err, cause) || fault.Of(e).Class != "credential" || !strings.Contains(err.Error(), "no role") {
		t.Errorf("%v, class %s", e, fault.Of(e).Class)
	}

	c.provider = func(ctx context.Context) (Credentials, error) { <-ctx.Done(); return Credentials{}, ctx.Err() }
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = c.SendMessage(ctx, "t", "p")
	if e := asError(t, err); !errors.Is(err, context.Canceled) || fault.Of(e).Class != "transient" {
		t.Errorf("%v, class %s", e, fault.Of(e).Class)
	}
}
