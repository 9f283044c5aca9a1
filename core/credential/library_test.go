package credential

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aliyun/credentials-go/credentials/providers"

	"sendbridge/core/fault"
)

// open opens a source in an environment without anything of this machine.
func open(t *testing.T, kind string, environ map[string]string) *Source {
	t.Helper()
	isolate(t)
	s, err := Open(kind, environ, nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// isolate hides this machine's profiles and metadata services from credentials-go.
func isolate(t *testing.T) {
	t.Helper()
	none := filepath.Join(t.TempDir(), "none")
	for name, value := range map[string]string{
		"HOME": none, "ALIBABA_CLOUD_CONFIG_FILE": none, "ALIBABA_CLOUD_CREDENTIALS_FILE": none, "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true",
		"ALIBABA_CLOUD_ACCESS_KEY_ID": "", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "", "ALIBABA_CLOUD_CREDENTIALS_URI": "",
	} {
		t.Setenv(name, value)
	}
}

// answering serves a text.
func answering(t *testing.T, text string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, text) }))
	t.Cleanup(func() {
		server.Close()
		http.DefaultTransport.(*http.Transport).CloseIdleConnections()
	})
	return server.URL
}

// credentials-go quotes an incomplete answer, including its secret.
func TestNoSecretOfAnAnswerIsInAnError(t *testing.T) {
	url := answering(t, `{"AccessKeyId":"STS.x","AccessKeySecret":"very-secret","SecurityToken":"very-token"}`) // no Expiration
	direct, err := providers.NewURLCredentialsProviderBuilder().WithUrl(url).Build()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := direct.GetCredentials(); err == nil || !strings.Contains(err.Error(), "very-secret") {
		t.Errorf("credentials-go has fixed its leak: %v", err)
	}
	_, err = open(t, KindCredentialsURI, map[string]string{varURI: url}).Credentials(t.Context())
	if err == nil || strings.Contains(err.Error(), "very-") || !strings.Contains(err.Error(), "its answer is incomplete") {
		t.Errorf("%v", err)
	}
}

func TestCredentialsFromAURI(t *testing.T) {
	url := answering(t, `{"Code":"Success","AccessKeyId":"STS.x","AccessKeySecret":"s","SecurityToken":"t","Expiration":"`+time.Now().Add(time.Hour).UTC().Format("2006-01-02T15:04:05Z")+`"}`)
	c, err := open(t, KindCredentialsURI, map[string]string{varURI: url}).Credentials(t.Context())
	if err != nil || c.AccessKeyID != "STS.x" || c.AccessKeySecret != "s" || c.SecurityToken != "t" {
		t.Errorf("%s, %v", c, err)
	}
}

// The chain of credentials-go stays on its last link forever once all have failed.
func TestTheChainIsNotStuckAfterAFailure(t *testing.T) {
	isolate(t)
	direct := providers.NewDefaultCredentialsProvider()
	if _, err := direct.GetCredentials(); err == nil {
		t.Fatal("this machine has credentials")
	}
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "key")
	t.Setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret")
	if _, err := direct.GetCredentials(); err == nil {
		t.Error("credentials-go has fixed its chain")
	}
	isolate(t)

	token := filepath.Join(t.TempDir(), "token")
	c := &chain{name: KindDefault}
	for _, name := range []string{"one", "two"} {
		c.links = append(c.links, link{name, func(ctx context.Context) (Grant, error) {
			if _, err := os.Stat(token + name); err != nil {
				return Grant{}, newFault(name, fault.CodeNotSet, "not there yet")
			}
			return Grant{Credentials: triple(name), Provider: name}, nil
		}})
	}
	synctest.Test(t, func(t *testing.T) {
		s := New(KindDefault, c.fetch)
		_, err := s.Credentials(t.Context())
		if err == nil || !containsAll(err.Error(), "one: NotSet", "two: NotSet") {
			t.Errorf("%v", err)
		}
		if err := os.WriteFile(token+"one", nil, 0o600); err != nil {
			t.Fatal(err)
		}
		time.Sleep(coolDown)
		if got := get(t, s); got != "one" || s.Status().Provider != "one" {
			t.Errorf("%s by %s", got, s.Status().Provider)
		}
	})
}

func TestTheDefaultChainTellsWhatItTried(t *testing.T) {
	_, err := open(t, KindDefault, map[string]string{}).Credentials(t.Context())
	if err == nil || !containsAll(err.Error(), "default/env: NotSet: ALIBABA_CLOUD_ACCESS_KEY_ID is not set", "default/cli_profile", "default/profile", "default/ecs_ram_role", "SENDBRIDGE_CREDENTIALS") {
		t.Errorf("%v", err)
	}
	c, err := open(t, KindDefault, map[string]string{varKeyID: "key", varSecret: "secret"}).Credentials(t.Context())
	if err != nil || c.AccessKeyID != "key" {
		t.Errorf("%s, %v", c, err)
	}
}

// A replaced default transport, as for tracing, makes credentials-go panic.
func TestAReplacedTransportIsNoPanic(t *testing.T) {
	url := answering(t, "{}")
	was := http.DefaultTransport
	http.DefaultTransport = roundTripper{}
	defer func() { http.DefaultTransport = was }()
	func() {
		defer func() {
			if recover() == nil {
				t.Error("credentials-go has fixed its panic")
			}
		}()
		direct, err := providers.NewURLCredentialsProviderBuilder().WithUrl(url).Build()
		if err == nil {
			direct.GetCredentials()
		}
	}()
	_, err := open(t, KindCredentialsURI, map[string]string{varURI: url}).Credentials(t.Context())
	if fault.Of(err).Code != fault.CodeCredentialsPanic {
		t.Error(err)
	}
}

type roundTripper struct{}

func (roundTripper) RoundTrip(*http.Request) (*http.Response, error) { return nil, io.EOF }

// Errors are recognised by their beginning, because the rest may quote any text.
func TestFormsOfErrors(t *testing.T) {
	for text, want := range map[string]string{
		"reading aliyun cli config from '/home/me/config.json' failed open /home/me/config.json: no such file or directory": `"/home/me/config.json" cannot be read`,
		"unmarshal aliyun cli config from '/home/me/c' failed: {":                                                           `"/home/me/c" is not valid JSON`,
		"no any configured profiles in '/home/me/config.json'":                                                              `"/home/me/config.json" has no profile`,
		"unable to get profile with 'json'":                                                                                 `there is no profile "json"`,
		"ERROR: Can not open fileopen json":                                                                                 "the file cannot be read",
		"ERROR: Can not load sectionx":                                                                                      "the file has no such profile",
		"ERROR: Failed to get value":                                                                                        "the profile is incomplete",
		"the CLI profile is disabled":                                                                                       "ALIBABA_CLOUD_CLI_PROFILE_DISABLED is true",
		"IMDS credentials is disabled":                                                                                      "ALIBABA_CLOUD_ECS_METADATA_DISABLED is true",
		"get role name failed: http://127.0.0.1/x 404":                                                                      "it answered with status 404",
		"get role name failed: dial tcp: json":                                                                              "no answer",
		"get metadata token failed: json":                                                                                   "no answer",
		"refresh Ecs sts token err, httpStatus: 403, message = json":                                                        "it answered with status 403",
		"refresh Ecs sts token err, json.Unmarshal fail: x":                                                                 "its answer is not valid JSON",
		"refresh Ecs sts token err, fail to get credentials":                                                                "its answer is incomplete",
		"refresh Ecs sts token err, Code is not Success":                                                                    "its answer is incomplete",
		"refresh Ecs sts token err: dial tcp":                                                                               "no answer",
		"get credentials from GET http://127.0.0.1/json failed: connection refused":                                         "it returned no credentials",
		"get credentials from GET http://127.0.0.1/x failed with error, json unmarshal fail: x":                             "its answer is not valid JSON",
		"refresh credentials from GET http://127.0.0.1/x failed: {}":                                                        "its answer is incomplete",
		"something with json, httpStatus: 500, connection refused and no such host":                                         "",
	} {
		if got := unavailable("x", errors.New(text), "a"); got.Message != want {
			t.Errorf("%q: %q, want %q", text, got.Message, want)
		}
	}
}
