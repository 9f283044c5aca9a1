package onstest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"sendbridge/core/onstest/awssts"
)

const (
	audience1 = "sts.aliyuncs.com"
	oidcRole  = "forwarder"
)

func newAWS() (*awssts.Service, error) { return awssts.New(func() time.Time { return start }) }

// sharedAWS is one fake AWS STS for all tests that set none of its claims, because a key takes long.
var sharedAWS = sync.OnceValues(newAWS)

// federated returns an emulator whose role trusts the tokens of a fake AWS STS.
func federated(t *testing.T) (*Handler, *awssts.Service) {
	t.Helper()
	aws, err := sharedAWS()
	if err != nil {
		t.Fatal(err)
	}
	return trusting(aws, nil), aws
}

func trusting(aws *awssts.Service, change func(*OIDCProvider, *Role)) *Handler {
	p := OIDCProvider{Name: "aws", Issuer: awssts.Issuer, ClientIDs: []string{audience1}, Keys: JWKS{awssts.KeyID: aws.PublicKey()}}
	r := Role{Name: oidcRole, Trust: []Trust{{Provider: "aws", Issuer: awssts.Issuer, Audience: audience1, Subject: awssts.RoleARN}}}
	if change != nil {
		change(&p, &r)
	}
	return still(Options{Providers: []OIDCProvider{p}, Roles: []Role{r}})
}

// withOIDC returns a request that exchanges a token for credentials. changes are pairs of names and values.
func withOIDC(token string, changes ...string) *http.Request {
	form := url.Values{"OIDCProviderArn": {OIDCProvider{Name: "aws"}.ARN()}, "RoleArn": {Role{Name: oidcRole}.ARN()},
		"OIDCToken": {token}, "RoleSessionName": {"test"}, "DurationSeconds": {"3600"}}
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, "/?Action=AssumeRoleWithOIDC&Format=JSON&Version=2015-04-01&Timestamp=2026-11-22T00%3A00%3A00Z", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return r
}

// onlyForm removes the query.
func onlyForm(r *http.Request) *http.Request {
	r.URL.RawQuery, r.RequestURI = "", r.URL.Path
	return r
}

// assumed returns the key in an answer.
func assumed(t *testing.T, o outcome) (Key, time.Time) {
	t.Helper()
	var s session
	if err := json.Unmarshal([]byte(o.body), &s); err != nil || o.status != http.StatusOK || s.Credentials.SecurityToken == "" {
		t.Fatalf("status %d, body %q, %v", o.status, o.body, err)
	}
	ends, err := time.Parse(time.RFC3339, s.Credentials.Expiration)
	if err != nil {
		t.Fatal(err)
	}
	return Key{ID: s.Credentials.AccessKeyID, Secret: s.Credentials.AccessKeySecret, Token: s.Credentials.SecurityToken}, ends
}

// by returns a draft of an STS action, signed with a key.
func by(k Key, action string, params ...string) *draft {
	d := newDraft()
	d.key, d.params = k, url.Values{}
	for i := 0; i < len(params); i += 2 {
		d.params.Set(params[i], params[i+1])
	}
	d.header.Set("X-Acs-Action", action)
	d.header.Set("X-Acs-Version", stsVersion)
	d.common.Set("Action", action)
	d.common.Set("Version", stsVersion)
	return d
}

func sendBy(k Key) *draft {
	d := newDraft()
	d.key = k
	return d
}

func TestATokenBecomesCredentialsThatSend(t *testing.T) {
	h, aws := federated(t)
	k, ends := assumed(t, send(h, withOIDC(aws.Token(audience1, 300*time.Second))))
	if ends.Sub(start) != time.Hour {
		t.Errorf("the credentials expire at %s", ends)
	}
	accepted(t, h, sendBy(k).v3())
	accepted(t, h, sendBy(k).v1())
	o := send(h, by(k, "GetCallerIdentity").v3())
	if want := `"Arn":"acs:ram::1000000000000001:assumed-role/forwarder/test","IdentityType":"AssumedRoleUser"`; !strings.Contains(o.body, want) {
		t.Errorf("identity %s, want %s", o.body, want)
	}
	if got := h.Stats(); got.Requests != 2 || got.Accepted != 2 {
		t.Errorf("calls of STS are counted: %+v", got)
	}
}

func TestTokensThatAreRefused(t *testing.T) {
	aws, err := newAWS()
	if err != nil {
		t.Fatal(err)
	}
	const lifetime = 300 * time.Second
	asItShouldBe := map[string]any{"aud": audience1, "iss": awssts.Issuer, "iat": start.Unix(), "exp": start.Add(lifetime).Unix(), "sub": awssts.RoleARN}
	for name, c := range map[string]struct {
		change func(*OIDCProvider, *Role)
		claim  func(*awssts.Service)
		params []string
		code   string
	}{
		"another audience":  {claim: func(s *awssts.Service) { s.Claim("aud", "elsewhere") }, code: "AuthenticationFail.OIDCToken.AudienceNotMatchError"},
		"another issuer":    {claim: func(s *awssts.Service) { s.Claim("iss", awssts.Issuer+"/") }, code: "AuthenticationFail.OIDCToken.IssuerNotMatch"},
		"expired":           {claim: func(s *awssts.Service) { s.Claim("exp", start.Unix()) }, code: "AuthenticationFail.OIDCToken.Expired"},
		"issued long ago":   {claim: func(s *awssts.Service) { s.Claim("iat", start.Add(-13*time.Hour).Unix()) }, code: "AuthenticationFail.OIDCToken.Expired"},
		"issued in future":  {claim: func(s *awssts.Service) { s.Claim("iat", start.Add(time.Hour).Unix()) }, code: "AuthenticationFail.OIDCToken.Expired"},
		"another subject":   {claim: func(s *awssts.Service) { s.Claim("sub", awssts.RoleARN+"2") }, code: "AuthenticationFail.NoPermission"},
		"another authority": {change: func(p *OIDCProvider, _ *Role) { p.Renewed = true }, code: "AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch"},
		"another key":       {change: func(p *OIDCProvider, _ *Role) { p.Keys = JWKS{} }, code: "AuthenticationFail.OIDCToken.Invalid"},
		"no trust":          {change: func(_ *OIDCProvider, r *Role) { r.Trust = nil }, code: "AuthenticationFail.NoPermission"},
		"no such role":      {params: []string{"RoleArn", "acs:ram::1:role/x"}, code: "EntityNotExist.Role"},
		"no such provider":  {params: []string{"OIDCProviderArn", "acs:ram::1:oidc-provider/x"}, code: "EntityNotExist.OIDCProvider"},
		"no session name":   {params: []string{"RoleSessionName", "x"}, code: "InvalidParameter.RoleSessionName"},
		"too long":          {params: []string{"DurationSeconds", "3601"}, code: "InvalidParameter.DurationSeconds"},
		"too short":         {params: []string{"DurationSeconds", "899"}, code: "InvalidParameter.DurationSeconds"},
		"no token":          {params: []string{"OIDCToken", "a.b"}, code: "AuthenticationFail.OIDCToken.Invalid"},
	} {
		t.Run(name, func(t *testing.T) {
			for claim, value := range asItShouldBe {
				aws.Claim(claim, value)
			}
			if c.claim != nil {
				c.claim(aws)
			}
			if o := send(trusting(aws, c.change), withOIDC(aws.Token(audience1, lifetime), c.params...)); o.reply.Code != c.code || o.status == http.StatusOK {
				t.Errorf("status %d, body %q, want %s", o.status, o.body, c.code)
			}
		})
	}
}

func TestATokenWithAByteChangedIsRefused(t *testing.T) {
	h, aws := federated(t)
	token := aws.Token(audience1, 300*time.Second)
	for _, at := range []int{1, strings.IndexByte(token, '.') + 20, strings.LastIndexByte(token, '.') + 20} {
		changed := []byte(token)
		changed[at] ^= 1
		if o := send(h, withOIDC(string(changed))); o.status == http.StatusOK {
			t.Errorf("byte %d changed: %s", at, o.body)
		}
	}
	if o := send(h, withOIDC(token[:strings.LastIndexByte(token, '.')+1])); o.status == http.StatusOK {
		t.Error("a token without a signature was accepted")
	}
}

func TestAssumeRole(t *testing.T) {
	h := still(Options{Roles: []Role{{Name: "locked", Keys: []string{"nobody"}}}})
	arn := Role{Name: RoleName}.ARN()
	for _, r := range []*http.Request{by(plainKey, "AssumeRole", "RoleArn", arn, "RoleSessionName", "test").v3(), by(plainKey, "AssumeRole", "RoleArn", arn, "RoleSessionName", "test").v1()} {
		k, _ := assumed(t, send(h, r))
		accepted(t, h, sendBy(k).v3())
	}
	refused(t, h, by(plainKey, "AssumeRole", "RoleArn", Role{Name: "locked"}.ARN(), "RoleSessionName", "test").v3(), 403, "NoPermission")
	wrong := by(Key{ID: AccessKeyID, Secret: "wrong"}, "AssumeRole", "RoleArn", arn, "RoleSessionName", "test")
	refused(t, h, wrong.v3(), 400, "SignatureDoesNotMatch")
}

// A missing parameter is reported before an invalid one, with the gateway's text.
func TestMissingParametersOfSTS(t *testing.T) {
	h, aws := federated(t)
	token := aws.Token(audience1, time.Minute)
	role := Role{Name: RoleName}.ARN()
	for name, o := range map[string]outcome{
		"RoleArn is mandatory":                             send(h, by(plainKey, "AssumeRole", "RoleSessionName", "x").v3()),
		"RoleSessionName is mandatory":                     send(h, by(plainKey, "AssumeRole", "RoleArn", "x", "RoleSessionName", "").v1()),
		"The parameter RoleArn is wrongly formed.":         send(h, by(plainKey, "AssumeRole", "RoleArn", "emulator", "RoleSessionName", "test").v3()),
		"The parameter RoleSessionName is wrongly formed.": send(h, by(plainKey, "AssumeRole", "RoleArn", role, "RoleSessionName", "x").v3()),
		"OIDCProviderArn is mandatory":                     send(h, withOIDC(token, "OIDCProviderArn", "")),
		"OIDCToken is mandatory":                           send(h, withOIDC("")),
	} {
		parameter := strings.TrimPrefix(strings.Fields(name)[0], "The")
		code := "Missing" + parameter
		if strings.HasPrefix(name, "The ") {
			code = "InvalidParameter." + strings.Fields(name)[2]
		}
		if o.status != 400 || o.reply.Code != code || !strings.HasPrefix(o.reply.Message, name) {
			t.Errorf("%s: status %d, body %s", name, o.status, o.body)
		}
		if o.reply.RequestID == "" || o.header.Get("X-Acs-Request-Id") != o.reply.RequestID || !strings.Contains(string(o.reply.Recommend), "product=Sts&") {
			t.Errorf("%s: header %v, body %s", name, o.header, o.body)
		}
	}
	o := send(h, by(plainKey, "AssumeRole", "RoleArn", role, "RoleSessionName", "test").v3())
	if o.reply.RequestID == "" || o.header.Get("X-Acs-Request-Id") != o.reply.RequestID {
		t.Errorf("header %v, body %s", o.header, o.body)
	}
}

// The texts are those of AssumeRole's page: https://help.aliyun.com/document_detail/28763.html
func TestPoliciesAndLifetimesOfSessions(t *testing.T) {
	aws, err := sharedAWS()
	if err != nil {
		t.Fatal(err)
	}
	h := trusting(aws, func(_ *OIDCProvider, r *Role) { r.MaxSession = 12 * time.Hour })
	policy := func(length int) string {
		const whole = `{"Version":"1","Statement":[{"Effect":"Allow","Action":["mq:SendMessage"],"Resource":["*"]}]}`
		return whole + strings.Repeat(" ", length-len(whole))
	}
	const grammar, size = "The parameter Policy has not passed grammar check.", "The size of Policy must be smaller than 2048 bytes."
	for name, c := range map[string]struct{ param, value, code, message string }{
		"no policy":            {"Policy", "", "", ""},
		"a policy":             {"Policy", policy(100), "", ""},
		"no statements":        {"Policy", `{"Statement":[],"Version":"1"}`, "", ""},
		"2048 bytes":           {"Policy", policy(2048), "", ""},
		"2049 bytes":           {"Policy", policy(2049), "InvalidParameter.PolicySize", size},
		"2049 bytes, no JSON":  {"Policy", strings.Repeat("x", 2049), "InvalidParameter.PolicySize", size},
		"not JSON":             {"Policy", "x", "InvalidParameter.PolicyGrammar", grammar},
		"a comma too many":     {"Policy", `{"Version":"1","Statement":[],}`, "InvalidParameter.PolicyGrammar", grammar},
		"two objects":          {"Policy", `{"Version":"1","Statement":[]}{}`, "InvalidParameter.PolicyGrammar", grammar},
		"null":                 {"Policy", "null", "InvalidParameter.PolicyGrammar", grammar},
		"a list":               {"Policy", `[{"Version":"1","Statement":[]}]`, "InvalidParameter.PolicyGrammar", grammar},
		"no Version":           {"Policy", `{"Statement":[]}`, "InvalidParameter.PolicyGrammar", grammar},
		"no Statement":         {"Policy", `{"Version":"1"}`, "InvalidParameter.PolicyGrammar", grammar},
		"Statement not a list": {"Policy", `{"Version":"1","Statement":{"Effect":"Allow"}}`, "InvalidParameter.PolicyGrammar", grammar},
		"Statement null":       {"Policy", `{"Version":"1","Statement":null}`, "InvalidParameter.PolicyGrammar", grammar},
		"small letters":        {"Policy", `{"version":"1","statement":[]}`, "InvalidParameter.PolicyGrammar", grammar},
		"15 minutes":           {"DurationSeconds", "900", "", ""},
		"a second less":        {"DurationSeconds", "899", "InvalidParameter.DurationSeconds", "The Min/Max value of DurationSeconds is 15min/%s."},
		"its maximum":          {"DurationSeconds", "most", "", ""},
		"a second more":        {"DurationSeconds", "more", "InvalidParameter.DurationSeconds", "The Min/Max value of DurationSeconds is 15min/%s."},
		"more than 64 bits":    {"DurationSeconds", "18446745000", "InvalidParameter.DurationSeconds", "The Min/Max value of DurationSeconds is 15min/%s."},
		"not a number":         {"DurationSeconds", "1h", "InvalidParameter.DurationSeconds", "The Min/Max value of DurationSeconds is 15min/%s."},
	} {
		for kind, role := range map[string]struct{ limit, most, more string }{"AssumeRole": {"1hr", "3600", "3601"}, "AssumeRoleWithOIDC": {"12hr", "43200", "43201"}} {
			value := strings.NewReplacer("most", role.most, "more", role.more).Replace(c.value)
			r := by(plainKey, "AssumeRole", "RoleArn", Role{Name: RoleName}.ARN(), "RoleSessionName", "test", c.param, value).v1()
			if kind == "AssumeRoleWithOIDC" {
				r = withOIDC(aws.Token(audience1, time.Minute), c.param, value)
			}
			t.Run(kind+" "+name, func(t *testing.T) {
				if c.code == "" {
					assumed(t, send(h, r))
				} else if o := refused(t, h, r, 400, c.code); o.reply.Message != strings.Replace(c.message, "%s", role.limit, 1) {
					t.Errorf("message %q", o.reply.Message)
				}
			})
		}
	}
}

func TestIdentityOfAUser(t *testing.T) {
	h := still(Options{})
	for _, r := range []*http.Request{by(plainKey, "GetCallerIdentity").v3(), by(plainKey, "GetCallerIdentity").v1()} {
		if o := send(h, r); !strings.Contains(o.body, `"AccountId":"1000000000000001","Arn":"acs:ram::1000000000000001:user/emulator"`) {
			t.Error(o.body)
		}
	}
	xml := by(plainKey, "GetCallerIdentity")
	xml.header.Del("Accept")
	if o := send(h, xml.v3()); !strings.Contains(o.body, "<GetCallerIdentityResponse><RequestId>") {
		t.Error(o.body)
	}
}

// Clients of V1 may send every parameter in the form, the action included: https://www.npmjs.com/package/ali-oss
func TestActionsInTheForm(t *testing.T) {
	h, aws := federated(t)
	inForm := func(k Key, action string, params ...string) *http.Request {
		d := by(k, action, params...)
		d.inForm = true
		return d.v1()
	}
	role := Role{Name: RoleName}.ARN()
	k, _ := assumed(t, send(h, inForm(plainKey, "AssumeRole", "RoleArn", role, "RoleSessionName", "app", "DurationSeconds", "900")))
	if o := send(h, inForm(k, "GetCallerIdentity")); !strings.Contains(o.body, `"Arn":"acs:ram::1000000000000001:assumed-role/emulator/app"`) {
		t.Error(o.body)
	}
	token := withOIDC(aws.Token(audience1, time.Minute), "Action", "AssumeRoleWithOIDC", "Format", "JSON", "Version", "2015-04-01")
	assumed(t, send(h, onlyForm(token)))
	instances := by(plainKey, "ListInstances")
	instances.inForm = true
	instances.common.Set("Version", "2020-04-20")
	if o := send(h, instances.v1()); o.status != 200 || !strings.Contains(o.body, `"InstanceId":"post-cn-emulator"`) {
		t.Errorf("status %d, body %s", o.status, o.body)
	}
	for name, r := range map[string]*http.Request{
		"SignatureDoesNotMatch": inForm(Key{ID: AccessKeyID, Secret: "wrong"}, "AssumeRole", "RoleArn", role, "RoleSessionName", "app"),
		"MissingRoleArn":        inForm(plainKey, "AssumeRole", "RoleSessionName", "app"),
	} {
		if o := refused(t, h, r, 400, name); !strings.Contains(string(o.reply.Recommend), "product=Sts&") {
			t.Errorf("%s: %s", name, o.reply.Recommend)
		}
	}
	if got := h.Stats(); got.Requests != 0 || got.Accepted != 0 || len(got.Rejected) != 0 {
		t.Errorf("calls of STS and ListInstances are counted: %+v", got)
	}
}

// What the form says does not count beside an action in the header or the query, and a form that cannot be read is a call
// of SendMessage.
func TestActionsThatTheFormCannotName(t *testing.T) {
	h := still(Options{})
	d := by(plainKey, "GetCallerIdentity")
	d.inForm = true
	d.target = "/?Action=SendMessage"
	d.common.Del("Action")
	d.params.Set("Action", "GetCallerIdentity")
	refused(t, h, d.v1(), 400, "InvalidParameter")
	large := by(plainKey, "GetCallerIdentity", "Policy", strings.Repeat("x", maxBody))
	large.inForm = true
	if o := send(h, large.v1()); o.status != 413 {
		t.Errorf("status %d, body %.100s", o.status, o.body)
	}
	other := by(plainKey, "GetCallerIdentity")
	other.inForm = true
	other.mangled = func(r *http.Request) { r.Header.Set("Content-Type", "text/plain") }
	refused(t, h, other.v1(), 400, "InvalidContentType")
	if got := h.Stats().Requests; got != 3 {
		t.Errorf("%d requests counted, want 3", got)
	}
}

func TestCredentialsChangeOnDemand(t *testing.T) {
	h := still(Options{})
	role := Role{Name: RoleName}.ARN()
	take := func() Key {
		k, _ := assumed(t, send(h, by(plainKey, "AssumeRole", "RoleArn", role, "RoleSessionName", "test").v3()))
		return k
	}
	first := take()
	wantStatus(t, h, "POST", "/_emulator/credentials", `{"expire":["`+first.ID+`"]}`, 204)
	refused(t, h, sendBy(first).v3(), 400, "InvalidSecurityToken.Expired")
	accepted(t, h, sendBy(stsKey).v3())
	wantStatus(t, h, "POST", "/_emulator/credentials", `{"expire":["*"]}`, 204)
	refused(t, h, sendBy(stsKey).v3(), 400, "InvalidSecurityToken.Expired")

	second := take()
	wantStatus(t, h, "POST", "/_emulator/credentials", `{"deny":["emulator"]}`, 204)
	refused(t, h, sendBy(second).v3(), 403, "NoPermission")
	wantStatus(t, h, "POST", "/_emulator/credentials", `{"delete":["emulator"]}`, 204)
	refused(t, h, sendBy(second).v3(), 400, "CheckAccountInfoFailed")
	refused(t, h, by(plainKey, "AssumeRole", "RoleArn", role, "RoleSessionName", "test").v3(), 404, "EntityNotExist.Role")
	wantStatus(t, h, "POST", "/_emulator/credentials", `{"restore":["emulator"]}`, 204)
	accepted(t, h, sendBy(second).v3())

	wantStatus(t, h, "POST", "/_emulator/credentials", `{"lifetimeSeconds":5}`, 204)
	if _, ends := assumed(t, send(h, by(plainKey, "AssumeRole", "RoleArn", role, "RoleSessionName", "test").v3())); ends.Sub(start) != 5*time.Second {
		t.Errorf("the credentials expire at %s", ends)
	}
	wantStatus(t, h, "DELETE", "/_emulator/credentials", "", 204)
	accepted(t, h, sendBy(stsKey).v3())
	refused(t, h, sendBy(second).v3(), 404, "InvalidAccessKeyId.NotFound")

	for body, want := range map[string]string{
		`{"expire":["emulator"]}`: "want the AccessKeyId of credentials with a token",
		`{"delete":["x"]}`:        `role "x": want one of ["emulator"]`,
		`{"lifetimeSeconds":-1}`:  "want 1 or more",
		`{"expires":["*"]}`:       `unknown field "expires"`,
		`["*"]`:                   "write an object like",
	} {
		if got := wantStatus(t, h, "POST", "/_emulator/credentials", body, 400); !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q in it", body, got, want)
		}
	}
}

// The fixed temporary key is a session of the role emulator, as GetCallerIdentity says. A user's key belongs to no role.
func TestTheFixedTemporaryKeyFollowsItsRole(t *testing.T) {
	h := still(Options{Keys: []Key{{ID: "STS.more", Secret: "s", Token: "t"}, {ID: "STS.other", Secret: "s", Token: "u", Role: "other", Session: "x"}},
		Roles: []Role{{Name: "other"}}})
	more, other := Key{ID: "STS.more", Secret: "s", Token: "t"}, Key{ID: "STS.other", Secret: "s", Token: "u"}
	for _, c := range []struct {
		change, code string
		status       int
	}{{`{"deny":["emulator"]}`, "NoPermission", 403}, {`{"delete":["emulator"]}`, "CheckAccountInfoFailed", 400}} {
		wantStatus(t, h, "POST", "/_emulator/credentials", c.change, 204)
		refused(t, h, sendBy(stsKey).v3(), c.status, c.code)
		refused(t, h, sendBy(more).v1(), c.status, c.code)
		accepted(t, h, sendBy(other).v3())
		accepted(t, h, sendBy(plainKey).v3())
		wantStatus(t, h, "POST", "/_emulator/credentials", `{"restore":["emulator"]}`, 204)
		accepted(t, h, sendBy(stsKey).v3())
	}
	wantStatus(t, h, "POST", "/_emulator/credentials", `{"deny":["other"]}`, 204)
	accepted(t, h, sendBy(stsKey).v3())
	refused(t, h, sendBy(other).v3(), 403, "NoPermission")
}

func TestIssuedCredentialsAreBounded(t *testing.T) {
	h := still(Options{})
	role := Role{Name: RoleName}.ARN()
	for i := range maxIssued - 5 {
		h.keys[fmt.Sprint(i)] = Key{ID: fmt.Sprint(i), Expires: start.Add(time.Minute), issued: true}
	}
	for range 10 {
		send(h, by(plainKey, "AssumeRole", "RoleArn", role, "RoleSessionName", "test").v3())
	}
	if n := len(h.keys); n != maxIssued+2 {
		t.Errorf("%d keys are remembered", n)
	}
}
