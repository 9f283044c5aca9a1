package httpevent

import (
	"maps"

	"github.com/tidwall/gjson"
)

// Format 1.0, of API Gateway's REST APIs and, if configured, HTTP APIs: members named multiValue… contain all values of
// headers and parameters, other members the last value of each.
//
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html
var gatewayV1 = Shape{Name: "api-gateway-v1", match: isREST, request: requestV1, answer: answerV1}

func isREST(e gjson.Result) bool {
	c := e.Get("requestContext")
	return c.IsObject() && has(e, "httpMethod", "path") && !has(e, "methodArn") && !has(e, "routeArn") &&
		!has(c, "elb") && !has(c, "connectionId")
}

func requestV1(e gjson.Result) request {
	c := e.Get("requestContext")
	path := e.Get("path").String()
	if has(e, "version") { // an HTTP API: a REST API's path has no stage
		path = withoutStage(path, c)
	}
	return request{
		method:   e.Get("httpMethod").String(),
		path:     path,
		rawQuery: query(either(e.Get("multiValueQueryStringParameters"), e.Get("queryStringParameters"))),
		header:   headers(either(e.Get("multiValueHeaders"), e.Get("headers"))),
		body:     e.Get("body"), base64: e.Get("isBase64Encoded"),
		host:     c.Get("domainName").String(),
		sourceIP: c.Get("identity.sourceIp").String(),
	}
}

// answerV1 puts each header into one member only, because the gateway combines the two.
func answerV1(_ gjson.Result, w *recorder) answer {
	a := w.answer()
	several := maps.Clone(w.sent)
	maps.DeleteFunc(several, func(_ string, values []string) bool { return len(values) < 2 })
	for name := range several {
		w.sent.Del(name)
	}
	a.Headers = w.joined()
	if len(several) > 0 {
		a.MultiValueHeaders = several
	}
	return a
}
