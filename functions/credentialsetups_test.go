package functions_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"sendbridge/core/onstest"
	"sendbridge/functions"
)

// A setUp is a user's set-up, the answer of STS, and what the doctor must report.
type setUp struct {
	environ  []string // %DIR% is that of files, %URI% a service that answers with files["answer"]
	files    map[string]string
	refusal  string // error code of STS; empty means credentials
	status   int
	provider string // the provider in use, or of the error
	cause    string // part of the error of the first failed step
	exit     int
}

const (
	rrsaRole     = "ALIBABA_CLOUD_ROLE_ARN=acs:ram::1234567890123456:role/bridge"
	rrsaProvider = "ALIBABA_CLOUD_OIDC_PROVIDER_ARN=acs:ram::1234567890123456:oidc-provider/ack"
	rrsaFile     = "ALIBABA_CLOUD_OIDC_TOKEN_FILE=%DIR%/token"
	goodID       = "ALIBABA_CLOUD_ACCESS_KEY_ID=emulator"
	goodSecret   = "ALIBABA_CLOUD_ACCESS_KEY_SECRET=emulator-secret"
)

var (
	aToken  = map[string]string{"token": jwt + "\n"}
	profile = `{"current":"p","profiles":[{"name":"p","mode":"AK","access_key_id":"emulator","access_key_secret":"emulator-secret"}]}`
	ini     = "[q]\nenable = true\ntype = access_key\naccess_key_id = emulator\naccess_key_secret = emulator-secret\n"
	answer  = `{"Code":"Success","AccessKeyId":"` + onstest.STSKeyID + `","AccessKeySecret":"` + onstest.STSKeySecret + `","SecurityToken":"` + onstest.STSToken + `","Expiration":"2099-01-01T00:00:00Z"}`
)

// setUps are set-ups that users really have. In each of them the machine has another identity, a profile.
var setUps = map[string]setUp{
	"a key":                              {environ: []string{goodID, goodSecret}, provider: "provider default/env"},
	"a key, and half of another":         {environ: []string{goodID, goodSecret, rrsaRole}, provider: "provider default/env"},
	"a key, and RRSA beside it":          {environ: []string{goodID, goodSecret, rrsaRole, rrsaProvider, rrsaFile}, files: aToken, provider: "oidc_role_arn (ALIBABA_CLOUD_OIDC_PROVIDER_ARN selects it, but ALIBABA_CLOUD_ACCESS_KEY_ID comes first)"},
	"RRSA":                               {environ: []string{rrsaRole, rrsaProvider, rrsaFile}, files: aToken, provider: "provider default/oidc_role_arn"},
	"RRSA, the role is gone":             {environ: []string{rrsaRole, rrsaProvider, rrsaFile}, files: aToken, refusal: "EntityNotExist.Role", status: 404, provider: "default/oidc_role_arn: Alibaba Cloud rejected sts:AssumeRoleWithOIDC with EntityNotExist.Role", cause: "the token is in %DIR%/token", exit: 6},
	"RRSA, not trusted":                  {environ: []string{rrsaRole, rrsaProvider, rrsaFile}, files: aToken, refusal: "AuthenticationFail.NoPermission", status: 403, provider: "default/oidc_role_arn", cause: "oidc:sub", exit: 6},
	"RRSA, no token at its path":         {environ: []string{rrsaRole, rrsaProvider, rrsaFile}, provider: "default/oidc_role_arn", cause: "%DIR%/token", exit: 6},
	"RRSA without its role":              {environ: []string{rrsaProvider, rrsaFile}, files: aToken, cause: "ALIBABA_CLOUD_ROLE_ARN is not set", exit: 1},
	"RRSA without its provider":          {environ: []string{rrsaRole, rrsaFile}, files: aToken, cause: "ALIBABA_CLOUD_OIDC_PROVIDER_ARN is not set", exit: 1},
	"RRSA without its token":             {environ: []string{rrsaRole, rrsaProvider}, cause: "alone are half of a federated identity", exit: 1},
	"a role alone":                       {environ: []string{rrsaRole}, cause: "ALIBABA_CLOUD_ROLE_ARN alone is half of a federated identity", exit: 1},
	"an id without a secret":             {environ: []string{goodID}, cause: "ALIBABA_CLOUD_ACCESS_KEY_SECRET is not set", exit: 1},
	"a secret with a line end":           {environ: []string{goodID, goodSecret + "\n"}, cause: "without the line end or spaces around it", exit: 1},
	"a secret in quotes":                 {environ: []string{goodID, `ALIBABA_CLOUD_ACCESS_KEY_SECRET="emulator-secret"`}, cause: "without quotes", exit: 1},
	"names of Terraform":                 {environ: []string{"ALICLOUD_ACCESS_KEY=emulator", "ALICLOUD_SECRET_KEY=emulator-secret"}, provider: "ALICLOUD_ACCESS_KEY is set, but this tool reads ALIBABA_CLOUD_ACCESS_KEY_ID"},
	"names without an underscore":        {environ: []string{"ALIBABACLOUD_ACCESS_KEY_ID=emulator", "SENDBRIDGE_CREDENTIALS=access_key"}, cause: "ALIBABACLOUD_ACCESS_KEY_ID is set, but this tool reads", exit: 1},
	"a profile":                          {provider: "provider default/cli_profile"},
	"a profile that is named":            {environ: []string{"ALIBABA_CLOUD_CONFIG_FILE=%DIR%/config.json"}, files: map[string]string{"config.json": profile}, provider: "cli_profile, which ALIBABA_CLOUD_CONFIG_FILE selects"},
	"a named profile that is not there":  {environ: []string{"ALIBABA_CLOUD_CONFIG_FILE=%DIR%/config.json"}, provider: "default/cli_profile", cause: `%DIR%/config.json" cannot be read`, exit: 6},
	"a named profile that is broken":     {environ: []string{"ALIBABA_CLOUD_CONFIG_FILE=%DIR%/config.json"}, files: map[string]string{"config.json": "{"}, provider: "default/cli_profile", cause: `%DIR%/config.json" is not valid JSON`, exit: 6},
	"a profile's name alone":             {environ: []string{"ALIBABA_CLOUD_PROFILE=p"}, provider: "cli_profile, which ALIBABA_CLOUD_PROFILE selects"},
	"a profile's name in the other file": {environ: []string{"ALIBABA_CLOUD_PROFILE=q"}, files: map[string]string{"~/.alibabacloud/credentials": ini}, provider: "provider default/profile"},
	"a profile's name that no file has":  {environ: []string{"ALIBABA_CLOUD_PROFILE=r", "ALIBABA_CLOUD_CREDENTIALS_URI=%URI%"}, files: map[string]string{"answer": answer}, provider: "default/cli_profile", cause: `profile "r"`, exit: 6},
	"a profile's name, and a file":       {environ: []string{"ALIBABA_CLOUD_PROFILE=r", "ALIBABA_CLOUD_CREDENTIALS_FILE=%DIR%/credentials"}, provider: "default/profile", cause: `profile "r" (ALIBABA_CLOUD_PROFILE) in "%DIR%/credentials" (ALIBABA_CLOUD_CREDENTIALS_FILE)`, exit: 6},
	"a profile that its file has not":    {environ: []string{"ALIBABA_CLOUD_PROFILE=r", "ALIBABA_CLOUD_CREDENTIALS_FILE=%DIR%/credentials"}, files: map[string]string{"credentials": ini}, provider: "default/profile", cause: `profile "r" (ALIBABA_CLOUD_PROFILE) in "%DIR%/credentials"`, exit: 6},
	"a profile's name after a key":       {environ: []string{goodID, goodSecret, "ALIBABA_CLOUD_PROFILE=r"}, provider: "cli_profile (ALIBABA_CLOUD_PROFILE selects it, but ALIBABA_CLOUD_ACCESS_KEY_ID comes first)"},
	"a URI":                              {environ: []string{"ALIBABA_CLOUD_CREDENTIALS_URI=%URI%"}, files: map[string]string{"answer": answer}, provider: "provider default/credentials_uri"},
	"a URI that answers with something":  {environ: []string{"ALIBABA_CLOUD_CREDENTIALS_URI=%URI%"}, files: map[string]string{"answer": "json"}, provider: "default/credentials_uri", cause: "its answer is not valid JSON", exit: 6},
	"a URI whose answer lacks a part":    {environ: []string{"ALIBABA_CLOUD_CREDENTIALS_URI=%URI%"}, files: map[string]string{"answer": "{}"}, provider: "default/credentials_uri", cause: "its answer is incomplete", exit: 6},
	"a role assumed with a key, refused": {environ: []string{"SENDBRIDGE_CREDENTIALS=ram_role_arn", goodID, goodSecret, rrsaRole}, refusal: "NoPermission", status: 403, provider: "ram_role_arn", cause: "trust policy", exit: 6},
}

func TestCredentialSetUps(t *testing.T) {
	for name, c := range setUps {
		t.Run(name, func(t *testing.T) {
			dir, home := t.TempDir(), t.TempDir()
			for file, text := range c.files {
				if inHome, ok := strings.CutPrefix(file, "~/"); ok {
					write(t, filepath.Join(home, inHome), text)
					continue
				}
				write(t, filepath.Join(dir, file), text)
			}
			write(t, filepath.Join(home, ".aliyun", "config.json"), profile)
			emulator := onstest.New(nil)
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/uri":
					fmt.Fprint(w, c.files["answer"])
				default:
					emulator.ServeHTTP(w, r)
				}
			}))
			defer server.Close()
			sts := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.HasPrefix(actionOf(r), "AssumeRole") {
					grant(w, c)
					return
				}
				emulator.ServeHTTP(w, r)
			}))
			defer sts.Close()
			place := strings.NewReplacer("%DIR%", dir, "%URI%", server.URL+"/uri")
			environ := []string{"HOME=" + home, "ALIBABA_CLOUD_ECS_METADATA_DISABLED=true", "SENDBRIDGE_CREDENTIALS=default", "SENDBRIDGE_INSTANCE_ID=" + onstest.Instance,
				"SENDBRIDGE_ENDPOINT=" + server.URL, "SENDBRIDGE_TOPIC=a/b", "ALIBABA_CLOUD_STS_ENDPOINT=" + sts.URL}
			for _, v := range c.environ {
				environ = append(environ, place.Replace(v))
			}
			for _, v := range append([]string{"ALIBABA_CLOUD_CONFIG_FILE=", "ALIBABA_CLOUD_CREDENTIALS_FILE=", "ALIBABA_CLOUD_CREDENTIALS_URI=", "ALIBABA_CLOUD_ACCESS_KEY_ID=", "ALIBABA_CLOUD_ACCESS_KEY_SECRET=", "ALIBABA_CLOUD_PROFILE="}, environ...) {
				key, value, _ := strings.Cut(v, "=")
				t.Setenv(key, value) // credentials-go reads the process's own
			}
			report := functions.Doctor(t.Context(), environ, "")
			text := string(report.JSON())
			worst, _ := report.Worst()
			if report.ExitCode() != c.exit || !strings.Contains(unquoted(text), c.provider) || !strings.Contains(worst.Found+worst.Next, place.Replace(c.cause)) {
				t.Errorf("exit %d, want %d, provider %q, cause %q:\n%s: %s; %s\n%s", report.ExitCode(), c.exit, c.provider, c.cause, worst.Name, worst.Found, worst.Next, text)
			}
			for _, secret := range []string{"emulator-secret", onstest.STSToken, jwt} {
				if strings.Contains(text, secret) {
					t.Errorf("%q is in the report", secret)
				}
			}
		})
	}
}

// grant answers a request to assume a role.
func grant(w http.ResponseWriter, c setUp) {
	if c.refusal != "" {
		w.WriteHeader(c.status)
		fmt.Fprintf(w, `{"Code":%q,"Message":"no","RequestId":"R-1"}`, c.refusal)
		return
	}
	fmt.Fprintf(w, `{"RequestId":"R-1","Credentials":{"AccessKeyId":%q,"AccessKeySecret":%q,"SecurityToken":%q,"Expiration":%q}}`,
		onstest.STSKeyID, onstest.STSKeySecret, onstest.STSToken, time.Now().Add(time.Hour).UTC().Format(time.RFC3339))
}

func actionOf(r *http.Request) string {
	if a := r.Header.Get("X-Acs-Action"); a != "" {
		return a
	}
	return r.FormValue("Action")
}

func unquoted(text string) string { return strings.ReplaceAll(text, `\"`, `"`) }

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
