package httpevent

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"
)

// An Application Load Balancer's target group uses one of two formats for headers and parameters, and the answer must use
// the same. Parameters are still encoded. The answer must have headers, even if they are empty.
//
// https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html
var balancer = Shape{Name: "alb", match: isBalancer, request: requestALB, answer: answerALB}

func isBalancer(e gjson.Result) bool { return e.Get("requestContext.elb").IsObject() }

func requestALB(e gjson.Result) request {
	return request{
		method:   e.Get("httpMethod").String(),
		path:     e.Get("path").String(),
		rawQuery: sentQuery(either(e.Get("multiValueQueryStringParameters"), e.Get("queryStringParameters"))),
		header:   headers(either(e.Get("multiValueHeaders"), e.Get("headers"))),
		body:     e.Get("body"), base64: e.Get("isBase64Encoded"),
	}
}

// sentQuery joins the encoded parts of a query. It encodes parts that are not properly encoded.
func sentQuery(parameters gjson.Result) string {
	var parts []string
	parameters.ForEach(func(name, value gjson.Result) bool {
		for _, v := range values(value) {
			parts = append(parts, encodedOnce(name.String())+"="+encodedOnce(v))
		}
		return true
	})
	return strings.Join(parts, "&")
}

func encodedOnce(s string) string {
	if decoded, err := url.QueryUnescape(s); err == nil {
		s = decoded
	}
	return url.QueryEscape(s)
}

func answerALB(e gjson.Result, w *recorder) answer {
	a := w.answer()
	a.StatusDescription = strings.TrimSpace(fmt.Sprint(a.StatusCode, " ", http.StatusText(a.StatusCode)))
	if e.Get("multiValueHeaders").IsObject() {
		a.MultiValueHeaders = w.sent
	} else {
		a.Headers = w.joined()
	}
	return a
}
