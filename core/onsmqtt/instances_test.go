package onsmqtt

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"sendbridge/core/fault"
)

const listing = `{"RequestId":"R1","Instances":[
	{"InstanceId":"post-cn-0pp12gl0001","InstanceName":"line 1","InstanceStatus":5,"RegionId":"cn-hangzhou","KernelVersion":"V3.3.0","Specific":"mqtt.p2.1xlarge","More":1},
	{"InstanceId":"mqtt-cn-0pp12gl0002","InstanceName":"%ECHO%","InstanceStatus":3,"RegionId":"cn-hangzhou"}]}`

// The call is signed without parameters; a token is sent and signed, too. What the answer repeats of the token is not shown.
func TestInstancesAreListed(t *testing.T) {
	for name, key := range map[string]Credentials{"a key": plainKey, "a token": stsKey} {
		echo := "line 2"
		want := echo
		if key.SecurityToken != "" {
			echo, want = "of "+key.SecurityToken, "of…"
		}
		g := newGateway(t, func(int) string { return raw(200, strings.ReplaceAll(listing, "%ECHO%", echo)) })
		got, err := newTestClient(t, g.url, key, &Options{now: fixedNow, nonces: fixedNonces}).Instances(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		instances := []Instance{
			{ID: "post-cn-0pp12gl0001", Name: "line 1", Region: "cn-hangzhou", Status: 5, Kernel: "V3.3.0", Spec: "mqtt.p2.1xlarge"},
			{ID: "mqtt-cn-0pp12gl0002", Name: want, Region: "cn-hangzhou", Status: 3},
		}
		if diff := cmp.Diff(instances, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		r := g.all()[0]
		header := map[string]string{
			"X-Acs-Action": "ListInstances", "X-Acs-Version": "2020-04-20", "X-Acs-Date": "2026-11-22T00:00:00Z", "X-Acs-Signature-Nonce": fixedNonces(),
			"X-Acs-Security-Token": key.SecurityToken, "Accept": "application/json", "User-Agent": "sendbridge",
		}
		if key.SecurityToken != "" {
			header["X-Acs-Accesskey-Id"] = key.AccessKeyID
		}
		for field, want := range header {
			if got := r.Header.Get(field); got != want {
				t.Errorf("%s: %s %q, want %q", name, field, got, want)
			}
		}
		if r.Method != "POST" || r.RequestURI != "/" || r.body != "" || !signed(r, nil, key) {
			t.Errorf("%s: %s %s %q, signature right: %t", name, r.Method, r.RequestURI, r.body, signed(r, nil, key))
		}
	}
}

// Errors are those of SendMessage, with the same classes.
func TestInstancesAreRefused(t *testing.T) {
	for name, c := range map[string]struct{ answer, want, class string }{
		"no permission": {raw(403, `{"Code":"NoPermission","Message":"not authorized","RequestId":"R1"}`), "sendmessage: NoPermission: not authorized (status 403, request R1)", fault.ClassPermission},
		"a page":        {raw(200, "<html>Sign in</html>"), "sendmessage: HTTP200: the answer is not a list of instances (status 200)", fault.ClassUnknown},
		"cut short":     {raw(200, listing, "Connection: close")[:90], "sendmessage: AnswerLost: ", fault.ClassTransient},
		"no answer":     {"", "sendmessage: ConnectionReset: ", fault.ClassTransient},
	} {
		list, err := newTestClient(t, newGateway(t, func(int) string { return c.answer }).url, plainKey, nil).Instances(t.Context())
		if e := asError(t, err); !strings.HasPrefix(e.Error(), c.want) || fault.Of(e).Class != c.class || list != nil {
			t.Errorf("%s: %v, class %s, want %s, class %s", name, e, fault.Of(e).Class, c.want, c.class)
		}
	}
	if list, err := newTestClient(t, newGateway(t, func(int) string { return raw(200, "{}") }).url, plainKey, nil).Instances(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("an account without instances: %v, %v", list, err)
	}
}

// Nothing is sent without usable credentials.
func TestInstancesNeedCredentials(t *testing.T) {
	for want, provider := range map[string]Provider{
		"NoCredentials":  func(context.Context) (Credentials, error) { return plainKey, errors.New("no role") },
		"BadCredentials": func(context.Context) (Credentials, error) { return Credentials{AccessKeyID: "id"}, nil },
	} {
		c := newTestClient(t, "https://"+vectorHost, plainKey, &Options{
			Transport: roundTripper(func(*http.Request) (*http.Response, error) { t.Error("a request was sent"); return nil, io.EOF }),
		})
		c.provider = provider
		if _, err := c.Instances(t.Context()); asError(t, err).Code != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestTheStatusOfAnInstance(t *testing.T) {
	for status, want := range map[int]string{
		0: "being prepared", 1: "not activated", 2: "overdue", 3: "expired", 5: "in service", 7: "being upgraded", 10: "released", 15: "frozen",
		4: "in a status that is not documented",
	} {
		if got := (Instance{Status: status}).StatusText(); got != want {
			t.Errorf("%d: %s, want %s", status, got, want)
		}
	}
}
