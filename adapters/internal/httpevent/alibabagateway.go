package httpevent

import "github.com/tidwall/gjson"

// Alibaba Cloud's API Gateway in front of an event function.
//
// https://www.alibabacloud.com/help/en/functioncompute/fc/configure-an-api-gateway-trigger
var alibabaGateway = Shape{Name: "alibaba-api-gateway", match: isAlibabaGateway, request: requestAlibabaGateway, answer: answerJoined}

func isAlibabaGateway(e gjson.Result) bool {
	return has(e, "path", "httpMethod", "headers", "isBase64Encoded") && !has(e, "requestContext")
}

func requestAlibabaGateway(e gjson.Result) request {
	return request{
		method:   e.Get("httpMethod").String(),
		path:     e.Get("path").String(),
		rawQuery: query(e.Get("queryParameters")),
		header:   headers(e.Get("headers")),
		body:     e.Get("body"), base64: e.Get("isBase64Encoded"),
	}
}
