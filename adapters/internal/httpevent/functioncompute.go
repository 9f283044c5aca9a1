package httpevent

import "github.com/tidwall/gjson"

// HTTP triggers of Function Compute 3.0's built-in runtimes. Repeated values of a header or a parameter are joined with
// commas, which cannot be split reliably.
//
// https://www.alibabacloud.com/help/en/functioncompute/fc/http-trigger-invoking-function
var functionCompute = Shape{Name: "function-compute", match: isFunctionCompute, request: requestFC, answer: answerJoined}

func isFunctionCompute(e gjson.Result) bool {
	return e.Get("version").String() == "v1" && has(e, "rawPath", "requestContext.http")
}

func requestFC(e gjson.Result) request {
	c := e.Get("requestContext")
	return request{
		method:   c.Get("http.method").String(),
		path:     e.Get("rawPath").String(),
		rawQuery: query(e.Get("queryParameters")),
		header:   headers(e.Get("headers")),
		body:     e.Get("body"), base64: e.Get("isBase64Encoded"),
		host:     c.Get("domainName").String(),
		sourceIP: c.Get("http.sourceIp").String(),
	}
}
