package httpevent

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/tidwall/gjson"
)

// An Application Load Balancer's target group says which of two forms headers and parameters have; the answer must have
// the same. Parameters arrive as they were sent, still encoded. The answer must have headers, even if they are empty.
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

// sentQuery puts a query together again from its encoded parts. One that is not encoded as it should be, is.
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
