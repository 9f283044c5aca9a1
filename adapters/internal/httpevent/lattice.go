package httpevent

import (
	"strings"

	"github.com/tidwall/gjson"
)

// VPC Lattice, in version 2 of its event structure and, with other names, version 1. It is not documented whether values
// are strings or lists, so both are accepted.
//
// https://docs.aws.amazon.com/vpc-lattice/latest/ug/lambda-functions.html
var (
	latticeV2 = Shape{Name: "vpc-lattice-v2", match: isLatticeV2, request: requestLatticeV2, answer: answerJoined}
	latticeV1 = Shape{Name: "vpc-lattice-v1", match: isLatticeV1, request: requestLatticeV1, answer: answerJoined}
)

func isLatticeV2(e gjson.Result) bool {
	return has(e.Get("requestContext"), "serviceNetworkArn") && has(e, "method", "path")
}

func isLatticeV1(e gjson.Result) bool { return has(e, "raw_path", "is_base64_encoded", "method") }

func requestLatticeV2(e gjson.Result) request {
	return lattice(e, "path", "queryStringParameters", "isBase64Encoded")
}

func requestLatticeV1(e gjson.Result) request {
	return lattice(e, "raw_path", "query_string_parameters", "is_base64_encoded")
}

func lattice(e gjson.Result, path, parameters, base64 string) request {
	q := request{
		method:   e.Get("method").String(),
		rawQuery: query(e.Get(parameters)),
		header:   headers(e.Get("headers")),
		body:     e.Get("body"), base64: e.Get(base64),
	}
	var sent string
	if q.path, sent, _ = strings.Cut(e.Get(path).String(), "?"); q.rawQuery == "" {
		q.rawQuery = sent
	}
	return q
}

// answerJoined returns the answer for platforms that allow one value per header.
func answerJoined(_ gjson.Result, w *recorder) answer {
	a := w.answer()
	a.Headers = w.joined()
	return a
}
