package httpevent

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A sighting is what a handler receives of a request.
type sighting struct {
	Method, URI, Path, Host, Remote string
	Header                          http.Header
	Body                            string
	Length                          int64
}

func see(t *testing.T, r *http.Request) sighting {
	t.Helper()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return sighting{r.Method, r.RequestURI, r.URL.Path, r.Host, r.RemoteAddr, r.Header, string(body), r.ContentLength}
}

const binaryBody = "\x00\xffab\xfe"

// answerMuch writes an answer with everything that is hard to encode: repeated values, cookies, bytes.
func answerMuch(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/octet-stream")
	w.Header().Add("X-Many", "1")
	w.Header().Add("X-Many", "2")
	w.Header().Add("Set-Cookie", "a=1; Expires=Sun, 01 Nov 2026 00:00:00 GMT")
	w.Header().Add("Set-Cookie", "b=2")
	w.WriteHeader(http.StatusCreated)
	io.WriteString(w, binaryBody)
}

const (
	cookieA = `a=1; Expires=Sun, 01 Nov 2026 00:00:00 GMT`
	joined  = `{"statusCode":201,"headers":{"Content-Type":"application/octet-stream","Set-Cookie":"` + cookieA +
		`","X-Many":"1, 2","set-Cookie":"b=2"},"body":"AP9hYv4=","isBase64Encoded":true}`
	second = `{"statusCode":201,"headers":{"Content-Type":"application/octet-stream","X-Many":"1, 2"},"cookies":["` + cookieA +
		`","b=2"],"body":"AP9hYv4=","isBase64Encoded":true}`
	twice = `"multiValueHeaders":{"Set-Cookie":["` + cookieA + `","b=2"],"X-Many":["1","2"]}`
)

var shapeTests = []struct {
	shape, event string
	want         sighting
	answer       string
}{
	{"function-url", `{"version":"2.0","routeKey":"$default","rawPath":"/a%20b/c","rawQueryString":"x=1&x=%2B","cookies":["s=1","t=2"],
		"headers":{"host":"abc.lambda-url.eu-north-1.on.aws","content-type":"text/plain","x-many":"1,2"},
		"requestContext":{"domainName":"abc.lambda-url.eu-north-1.on.aws","stage":"$default",
		"http":{"method":"POST","path":"/a b/c","sourceIp":"192.0.2.7"}},"body":"AP9hYv4=","isBase64Encoded":true}`,
		sighting{"POST", "/a%20b/c?x=1&x=%2B", "/a b/c", "abc.lambda-url.eu-north-1.on.aws", "192.0.2.7:0",
			http.Header{"Content-Type": {"text/plain"}, "X-Many": {"1,2"}, "Cookie": {"s=1; t=2"}}, binaryBody, 5}, second},
	{"api-gateway-v2", `{"version":"2.0","rawPath":"/prod/hook","rawQueryString":"","headers":{"ce-id":"7"},
		"requestContext":{"domainName":"x1.execute-api.eu-north-1.amazonaws.com","stage":"prod",
		"http":{"method":"PUT","sourceIp":"2001:db8::7"}},"body":"é","isBase64Encoded":false}`,
		sighting{"PUT", "/hook", "/hook", "x1.execute-api.eu-north-1.amazonaws.com", "[2001:db8::7]:0",
			http.Header{"Ce-Id": {"7"}}, "é", 2}, second},
	{"api-gateway-v1", `{"resource":"/{proxy+}","path":"/in","httpMethod":"POST","headers":{"X-Many":"2","Host":"example.com"},
		"multiValueHeaders":{"X-Many":["1","2"],"Host":["example.com"]},"queryStringParameters":{"q":"b c"},
		"multiValueQueryStringParameters":{"q":["a&","b c"]},
		"requestContext":{"stage":"in","domainName":"x1.execute-api.eu-north-1.amazonaws.com","identity":{"sourceIp":"192.0.2.7"}},"body":null,"isBase64Encoded":false}`,
		sighting{"POST", "/in?q=a%26&q=b+c", "/in", "example.com", "192.0.2.7:0", http.Header{"X-Many": {"1", "2"}}, "", 0},
		`{"statusCode":201,"headers":{"Content-Type":"application/octet-stream"},` + twice + `,"body":"AP9hYv4=","isBase64Encoded":true}`},
	{"api-gateway-v1", `{"version":"1.0","path":"/prod/","httpMethod":"GET","headers":{"A":"1"},"multiValueHeaders":null,
		"requestContext":{"stage":"prod","domainName":"x1.execute-api.eu-north-1.amazonaws.com"},"isBase64Encoded":false}`,
		sighting{"GET", "/", "/", "x1.execute-api.eu-north-1.amazonaws.com", "", http.Header{"A": {"1"}}, "", 0},
		`{"statusCode":201,"headers":{"Content-Type":"application/octet-stream"},` + twice + `,"body":"AP9hYv4=","isBase64Encoded":true}`},
	{"alb", `{"requestContext":{"elb":{"targetGroupArn":"arn:aws:elasticloadbalancing:x"}},"httpMethod":"POST","path":"/p",
		"queryStringParameters":{"q":"a%20b","r":"100%"},"headers":{"host":"lb.example.com","x-many":"2"},"body":"{}","isBase64Encoded":false}`,
		sighting{"POST", "/p?q=a+b&r=100%25", "/p", "lb.example.com", "", http.Header{"X-Many": {"2"}}, "{}", 2},
		strings.Replace(joined, `201,`, `201,"statusDescription":"201 Created",`, 1)},
	{"alb", `{"requestContext":{"elb":{"targetGroupArn":"arn:aws:elasticloadbalancing:x"}},"httpMethod":"POST","path":"/p",
		"multiValueQueryStringParameters":{"q":["1","2"]},"multiValueHeaders":{"host":["lb.example.com"],"x-many":["1","2"]},"body":"AP9hYv4=","isBase64Encoded":true}`,
		sighting{"POST", "/p?q=1&q=2", "/p", "lb.example.com", "", http.Header{"X-Many": {"1", "2"}}, binaryBody, 5},
		`{"statusCode":201,"statusDescription":"201 Created","multiValueHeaders":{"Content-Type":["application/octet-stream"],` +
			strings.TrimPrefix(twice, `"multiValueHeaders":{`) + `,"body":"AP9hYv4=","isBase64Encoded":true}`},
	{"vpc-lattice-v2", `{"version":"2.0","path":"/l","method":"POST","headers":{"host":["l.example.com"],"x-many":["1","2"]},
		"queryStringParameters":{"q":["1","2"]},"body":"x","isBase64Encoded":false,
		"requestContext":{"serviceNetworkArn":"arn:aws:vpc-lattice:x","timeEpoch":"1700000000000000"}}`,
		sighting{"POST", "/l?q=1&q=2", "/l", "l.example.com", "", http.Header{"X-Many": {"1", "2"}}, "x", 1}, joined},
	{"vpc-lattice-v1", `{"raw_path":"/l?z=9","method":"GET","headers":{"x-one":"1"},"query_string_parameters":{},"body":"","is_base64_encoded":false}`,
		sighting{"GET", "/l?z=9", "/l", "", "", http.Header{"X-One": {"1"}}, "", 0}, joined},
	{"function-compute", `{"version":"v1","rawPath":"/in/git%2Fhub","body":"aGk=","isBase64Encoded":true,"headers":{"Content-Type":"text/plain","Ce-Id":"1"},
		"queryParameters":{"p":"1,2"},"requestContext":{"domainName":"t.cn-hangzhou.fcapp.run","requestId":"",
		"http":{"method":"POST","path":"/in/git/hub","sourceIp":"192.0.2.7"},"timeEpoch":"1700000000000"}}`,
		sighting{"POST", "/in/git%2Fhub?p=1%2C2", "/in/git/hub", "t.cn-hangzhou.fcapp.run", "192.0.2.7:0",
			http.Header{"Content-Type": {"text/plain"}, "Ce-Id": {"1"}}, "hi", 2}, joined},
	{"alibaba-api-gateway", `{"path":"/orders/42","httpMethod":"POST","headers":{"Host":"example.com"},"queryParameters":{"dry":"1"},
		"pathParameters":{"id":"42"},"body":"eyJhIjoxfQ==","isBase64Encoded":"true"}`,
		sighting{"POST", "/orders/42?dry=1", "/orders/42", "example.com", "", http.Header{}, `{"a":1}`, 7}, joined},
}

func anyShape(payload []byte) *Shape {
	if s := Lambda(payload); s != nil {
		return s
	}
	return FunctionCompute(payload)
}

func TestARequestGoesRoundInItsShape(t *testing.T) {
	for _, c := range shapeTests {
		s := anyShape([]byte(c.event))
		if s == nil || s.Name != c.shape {
			t.Errorf("%s: recognised as %v", c.shape, s)
			continue
		}
		var got sighting
		answer := s.Serve(t.Context(), http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			got = see(t, r)
			answerMuch(w)
		}), []byte(c.event))
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: the handler sees (-want +got)\n%s", c.shape, diff)
		}
		if string(answer) != c.answer {
			t.Errorf("%s: answers\n%s, want\n%s", c.shape, answer, c.answer)
		}
	}
}

// The runtime reuses the payload's memory for the next invocation.
func TestTheRequestKeepsNothingOfThePayload(t *testing.T) {
	for _, c := range shapeTests {
		payload := []byte(c.event)
		r, err := anyShape(payload).Request(context.Background(), payload)
		if err != nil {
			t.Fatal(err)
		}
		for i := range payload {
			payload[i] = 'X'
		}
		if diff := cmp.Diff(c.want, see(t, r)); diff != "" {
			t.Errorf("%s: changed with the payload (-want +got)\n%s", c.shape, diff)
		}
	}
}

func TestOthersAreNotRecognised(t *testing.T) {
	for name, event := range map[string]string{
		"not JSON":           `{"requestContext":{"elb":{}`,
		"a list":             `[{"requestContext":{"elb":{}}}]`,
		"another case":       `{"RequestContext":{"elb":{}},"httpMethod":"GET"}`,
		"dotted keys":        `{"requestContext.elb":{},"httpMethod":"GET"}`,
		"REST authorizer":    `{"methodArn":"arn:aws:x","httpMethod":"GET","requestContext":{"stage":"x"}}`,
		"HTTP authorizer":    `{"version":"2.0","routeArn":"arn:aws:x","requestContext":{"http":{"method":"GET"}}}`,
		"WebSocket":          `{"requestContext":{"connectionId":"c","eventType":"MESSAGE"},"body":"x"}`,
		"destination record": `{"version":"1.0","requestContext":{"condition":"RetriesExhausted"},"requestPayload":{}}`,
		"an event":           `{"version":"0","source":"a","detail-type":"b","detail":{"requestContext":{"elb":{}}}}`,
	} {
		if s := anyShape([]byte(event)); s != nil {
			t.Errorf("%s is recognised as %s", name, s.Name)
		}
	}
	for _, c := range shapeTests {
		if alibaba := strings.Contains(c.shape, "alibaba") || strings.Contains(c.shape, "compute"); alibaba != (Lambda([]byte(c.event)) == nil) {
			t.Errorf("%s is recognised by the other cloud", c.shape)
		}
	}
}

// Only under its own domain name does an HTTP API leave its stage in the path.
func TestTheStageIsNoPartOfThePath(t *testing.T) {
	const own, custom = "x1.execute-api.eu-north-1.amazonaws.com", "api.example.com"
	for _, c := range []struct{ path, domain, stage, want string }{
		{"/prod", own, "prod", "/"},
		{"/prod/", own, "prod", "/"},
		{"/prod/in/git%2Fhub", own, "prod", "/in/git%2Fhub"},
		{"/products", own, "prod", "/products"},
		{"/prod/in", custom, "prod", "/prod/in"},
		{"/$default/in", own, "$default", "/$default/in"},
		{"", own, "", "/"},
	} {
		event := fmt.Sprintf(`{"version":"2.0","rawPath":%q,"requestContext":{"domainName":%q,"stage":%q,"http":{"method":"POST"}}}`, c.path, c.domain, c.stage)
		r, err := gatewayV2.Request(t.Context(), []byte(event))
		if err != nil || r.URL.EscapedPath() != c.want {
			t.Errorf("%s of %s: %s, %v", c.path, c.domain, r.URL.EscapedPath(), err)
		}
	}
}
