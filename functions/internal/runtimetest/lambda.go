// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html

package runtimetest

import "net/http"

// NewLambda returns a fake Lambda Runtime API.
func NewLambda() *API {
	return newAPI("2018-06-01", http.StatusAccepted, func(id string) map[string]string {
		return map[string]string{
			"Lambda-Runtime-Aws-Request-Id":       id,
			"Lambda-Runtime-Deadline-Ms":          deadline(),
			"Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:eu-north-1:100000000001:function:forwarder:live",
			"Lambda-Runtime-Trace-Id":             "Root=1-67891233-abcdef012345678912345678",
		}
	})
}
