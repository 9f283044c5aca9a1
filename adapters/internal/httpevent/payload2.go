package httpevent

import (
	"strings"

	"github.com/tidwall/gjson"
)

// Format 2.0, of function URLs and API Gateway's HTTP APIs: header names are in lower case, and repeated values are joined
// with a comma. Cookies have their own list in requests and answers.
//
// https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
var (
	functionURL = Shape{Name: "function-url", match: isFunctionURL, request: requestV2, answer: answerV2}
	gatewayV2   = Shape{Name: "api-gateway-v2", match: isPayload2, request: requestV2, answer: answerV2}
)

func isFunctionURL(e gjson.Result) bool {
	return isHTTPContext(e) && strings.Contains(e.Get("requestContext.domainName").String(), ".lambda-url.")
}

func isPayload2(e gjson.Result) bool {
	return isHTTPContext(e) && e.Get("version").String() == "2.0"
}

// isHTTPContext returns false for an authorizer, which receives the request, too, but must not answer it.
func isHTTPContext(e gjson.Result) bool {
	return e.Get("requestContext.http").IsObject() && !has(e, "routeArn") && !has(e, "methodArn")
}

func requestV2(e gjson.Result) request {
	c := e.Get("requestContext")
	q := request{
		method:   c.Get("http.method").String(),
		path:     withoutStage(e.Get("rawPath").String(), c),
		rawQuery: e.Get("rawQueryString").String(),
		header:   headers(e.Get("headers")),
		body:     e.Get("body"), base64: e.Get("isBase64Encoded"),
		host:     c.Get("domainName").String(),
		sourceIP: c.Get("http.sourceIp").String(),
	}
	if list := values(e.Get("cookies")); len(list) > 0 {
		q.header.Set("Cookie", strings.Join(list, "; "))
	}
	return q
}

// withoutStage removes the stage, which HTTP APIs leave in the path under their own domain name.
func withoutStage(path string, context gjson.Result) string {
	stage := context.Get("stage").String()
	if stage == "" || stage == "$default" || !strings.Contains(context.Get("domainName").String(), ".execute-api.") {
		return path
	}
	rest, found := strings.CutPrefix(path, "/"+stage)
	if found && (rest == "" || rest[0] == '/') {
		return rest
	}
	return path
}

func answerV2(_ gjson.Result, w *recorder) answer {
	a := w.answer()
	a.Cookies = w.sent["Set-Cookie"]
	w.sent.Del("Set-Cookie")
	a.Headers = w.joined()
	return a
}
