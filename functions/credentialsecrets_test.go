package functions_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"sendbridge/core/onstest"
)

// An overheard records everything on the wire that must appear nowhere else: issued secrets and tokens, and sent signatures
// and tokens.
type overheard struct {
	mu      sync.Mutex
	secrets []string
}

var (
	secretsIssued = regexp.MustCompile(`"(?:AccessKeySecret|SecurityToken)":"([^"]+)"`)
	secretsSent   = regexp.MustCompile(`(?:Signature=|OIDCToken=|X-Acs-Security-Token:\[)([^&,\s\]]+)`)
)

func (o *overheard) listen(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		o.note(secretsSent, fmt.Sprint(r.RequestURI, " ", r.Header, " ", string(body)))
		answer := httptest.NewRecorder()
		h.ServeHTTP(answer, r)
		o.note(secretsIssued, answer.Body.String())
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		w.Write(answer.Body.Bytes())
	})
}

// note records a match as it is, and without URL escapes.
func (o *overheard) note(what *regexp.Regexp, text string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, found := range what.FindAllStringSubmatch(text, -1) {
		decoded, _ := url.QueryUnescape(found[1])
		for _, secret := range []string{found[1], decoded} {
			if secret != "" && !slices.Contains(o.secrets, secret) {
				o.secrets = append(o.secrets, secret)
			}
		}
	}
}

// all returns the secrets of a run, including those that existed before.
func (o *overheard) all() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string{onstest.AccessKeySecret, onstest.STSKeySecret, onstest.STSToken, "CAIS", "eyJ"}, o.secrets...)
}

// hidesSecrets searches the log and a text for all secrets of the run.
func (a *assumed) hidesSecrets(t *testing.T, said string) {
	t.Helper()
	if found := secretsIn(said+a.log.String(), a.heard.all()...); found != "" {
		t.Errorf("%q is shown in %.3000s", found, said+a.log.String())
	}
}

func secretsIn(text string, secrets ...string) string {
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			return secret
		}
	}
	return ""
}

// The search finds each kind of secret if it is planted.
func TestASecretThatIsPlantedIsFound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := newAssumed(t)
		if detail := a.post(t, "1"); detail != "" {
			t.Fatal(detail)
		}
		a.hidesSecrets(t, "")
		if len(a.heard.secrets) < 4 { // the issued secret and token, and two signatures
			t.Fatalf("%d secrets were overheard", len(a.heard.secrets))
		}
		for _, secret := range a.heard.secrets {
			a.log = lockedBuffer{}
			a.app.Log().Error("planted", "value", secret)
			if secretsIn(a.log.String(), a.heard.secrets...) == "" {
				t.Errorf("%q is not found in %s", secret, a.log.String())
			}
		}
	})
}
