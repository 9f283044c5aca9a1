package functions

import (
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path"
	"reflect"
	"slices"
	"strings"
	"testing"

	"sendbridge/core/credential"
	"sendbridge/core/onsmqtt"
)

// A policy is a file in deploy/policies. A string may replace a list of one.
type policy struct {
	Version   string
	Statement []statement
}

type statement struct {
	Effect           string
	Action, Resource words
	Principal        map[string]words
	Condition        map[string]map[string]words
}

type words []string

func (w *words) UnmarshalJSON(text []byte) error {
	if text[0] == '[' {
		return json.Unmarshal(text, (*[]string)(w))
	}
	*w = words{strings.Trim(string(text), `"`)}
	return nil
}

func readPolicy(t *testing.T, file string) policy {
	t.Helper()
	text, err := os.ReadFile("../deploy/policies/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var p policy
	decoder := json.NewDecoder(strings.NewReader(string(text)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&p); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return p
}

// allows reports whether a statement allows an action on a resource.
func (p policy) allows(action, resource string) bool {
	return slices.ContainsFunc(p.Statement, func(s statement) bool {
		return s.Effect == "Allow" && slices.Contains(s.Action, action) && slices.ContainsFunc(s.Resource, func(pattern string) bool {
			like, found := strings.CutSuffix(pattern, "*")
			return pattern == resource || found && strings.HasPrefix(resource, like)
		})
	})
}

func (p policy) actions() (all []string) {
	for _, s := range p.Statement {
		all = append(all, s.Action...)
	}
	slices.Sort(all)
	return all
}

// A recorder is a transport that records requests and answers each with an error.
type recorder struct {
	header []http.Header
	form   []url.Values // the parameters of the query and the form
}

func (r *recorder) RoundTrip(req *http.Request) (*http.Response, error) {
	values := req.URL.Query()
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		more, err := url.ParseQuery(string(body))
		if err != nil {
			return nil, err
		}
		maps.Copy(values, more)
	}
	r.header, r.form = append(r.header, req.Header.Clone()), append(r.form, values)
	return &http.Response{StatusCode: http.StatusTeapot, Header: http.Header{}, Body: http.NoBody, Request: req}, nil
}

// The policy allows exactly what the client does: its one action on the instance and the topic, and the API's check of the
// instance.
func TestPoliciesOfTheSendingRole(t *testing.T) {
	for _, topic := range []string{"events", "events/door"} {
		var sent recorder
		key := credential.Fixed("access_key", onsmqtt.Credentials{AccessKeyID: "key", AccessKeySecret: "secret"})
		client, err := onsmqtt.New("https://onsmqtt.cn-hangzhou.aliyuncs.com", "post-cn-0pp12gl0001", key.Credentials, &onsmqtt.Options{Transport: &sent})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := client.SendMessage(t.Context(), topic, "on"); err == nil || len(sent.form) != 1 {
			t.Fatalf("%v after %d requests", err, len(sent.form))
		}
		values := sent.form[0]
		instance := values.Get("InstanceId")
		call := "mq:" + sent.header[0].Get("X-Acs-Action")
		for _, file := range []string{"ram-least.json", "ram-widened.json"} {
			p := readPolicy(t, file)
			if got, want := p.actions(), []string{"mq:MqttInstanceAccess", call}; !slices.Equal(got, want) {
				t.Errorf("%s allows %q, the client needs %q", file, got, want)
			}
			if !p.allows(call, "acs:mq:*:*:topic/"+path.Join(instance, values.Get("MqttTopic"))) || !p.allows("mq:MqttInstanceAccess", "acs:mq:*:*:instance/"+instance) {
				t.Errorf("%s does not allow what the client does: %v", file, values)
			}
			if p.allows(call, "acs:mq:*:*:topic/"+instance+"/eventsandmore") != (file == "ram-widened.json") {
				t.Errorf("%s allows another parent topic, or not the widened one", file)
			}
		}
	}
}

// tokenRequest returns the only request that the code sends to AWS. Without a token it sends no other.
func tokenRequest(t *testing.T) url.Values {
	t.Helper()
	var sent recorder
	audience, _ := reflect.TypeFor[Config]().FieldByName("OIDCAudience")
	s, err := credential.Open(credential.KindAWS, map[string]string{
		"AWS_REGION": "eu-north-1", "AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
		"ALIBABA_CLOUD_ROLE_ARN":          "acs:ram::1234567890123456:role/sendbridge",
		"ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "acs:ram::1234567890123456:oidc-provider/aws",
	}, &credential.Options{Audience: audience.Tag.Get("envDefault"), Transport: &sent})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Credentials(context.Background()); err == nil || len(sent.form) != 1 {
		t.Fatalf("%v after %d requests", err, len(sent.form))
	}
	return sent.form[0]
}

// The conditions allow exactly the code's request: narrower ones would reject it, wider ones would allow more than needed.
func TestPolicyOfTheTokenFromAWS(t *testing.T) {
	request := tokenRequest(t)
	p := readPolicy(t, "iam-get-web-identity-token.json")
	s := p.Statement[0]
	if len(p.Statement) != 1 || !p.allows("sts:"+request.Get("Action"), "*") || len(s.Action) != 1 || len(s.Condition) != 3 {
		t.Errorf("statement %+v for %v", s, request)
	}
	for _, c := range []struct{ operator, key, parameter string }{
		{"ForAllValues:StringEquals", "sts:IdentityTokenAudience", "Audience.member.1"},
		{"StringEquals", "sts:SigningAlgorithm", "SigningAlgorithm"},
		{"NumericLessThanEquals", "sts:DurationSeconds", "DurationSeconds"},
	} {
		if got, want := s.Condition[c.operator][c.key], request.Get(c.parameter); len(got) != 1 || got[0] != want {
			t.Errorf("%s %s is %q, the code asks for %q", c.operator, c.key, got, want)
		}
	}
	template, err := os.ReadFile("../template.yml")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"Action: sts:" + request.Get("Action"), "sts:SigningAlgorithm: " + request.Get("SigningAlgorithm"), "sts:DurationSeconds: " + request.Get("DurationSeconds")} {
		if !strings.Contains(string(template), line+"\n") {
			t.Errorf("template.yml has no %q", line)
		}
	}
}

// The trust policies allow exactly these callers to assume the role: Sendbridge's two hosts at Alibaba Cloud, and one AWS
// role.
func TestTrustPolicies(t *testing.T) {
	for file, principal := range map[string][2]string{
		"trust-fc.json":   {"Service", "fc.aliyuncs.com"},
		"trust-ecs.json":  {"Service", "ecs.aliyuncs.com"},
		"trust-oidc.json": {"Federated", "acs:ram::1234567890123456:oidc-provider/aws"},
	} {
		p := readPolicy(t, file)
		if p.Version != "1" || len(p.Statement) != 1 {
			t.Fatalf("%s: %+v", file, p)
		}
		s := p.Statement[0]
		if s.Effect != "Allow" || !slices.Equal(s.Action, words{"sts:AssumeRole"}) || len(s.Principal) != 1 || !slices.Equal(s.Principal[principal[0]], words{principal[1]}) {
			t.Errorf("%s: %+v", file, s)
		}
		federated := principal[0] == "Federated"
		if (len(s.Condition) > 0) != federated {
			t.Errorf("%s: conditions %v", file, s.Condition)
		}
		if c := s.Condition["StringEquals"]; federated && (len(c) != 3 || len(c["oidc:iss"]) != 1 || len(c["oidc:sub"]) != 1 || !slices.Equal(c["oidc:aud"], words{tokenRequest(t).Get("Audience.member.1")})) {
			t.Errorf("%s: %v, without all of which others of the AWS account get in", file, c)
		}
	}
}
