package runtimetest

import (
	"fmt"
	"net/http"
)

// KindHeader is the header with the kind of an invocation in go1.
const KindHeader = "x-fc-function-type"

// The kinds of invocations in go1, as in KindHeader.
const (
	Handle      = "0"
	Initializer = "1"
	PreStop     = "2"
)

// NewGo1 returns a fake runtime API of Function Compute's go1.
func NewGo1() *API {
	return newAPI("2020-11-11", http.StatusOK, func(id string) map[string]string { // the only status that the SDK accepts
		header := FCHeaders(id)
		header[KindHeader] = Handle
		return header
	})
}

// FCHeaders returns the headers of an invocation in either runtime of Function Compute.
func FCHeaders(id string) map[string]string {
	return map[string]string{
		"x-fc-request-id":        id,
		"x-fc-function-deadline": deadline(),
		"x-fc-function-timeout":  fmt.Sprint(timeLimit.Seconds()),
		"x-fc-function-name":     "forwarder",
		"x-fc-region":            "cn-hangzhou",
		"x-fc-account-id":        "1234567890123456",
	}
}
