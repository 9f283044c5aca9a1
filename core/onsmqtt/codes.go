// Error codes: https://www.alibabacloud.com/help/en/apsaramq-for-mqtt/mqtt-upgraded/developer-reference/control-sdk-reference-error-codes
// and those of the gateway, RAM and STS: https://help.aliyun.com/document_detail/53438.html

package onsmqtt

import (
	"slices"
	"strings"

	"sendbridge/core/fault"
)

// A Code is a row of the table of errors. Class, Retry, Actor and Advice are the properties of an Error with this code.
type Code struct {
	Name   string
	Prefix bool // matches every code that starts with Name, and Name without its final dot, unless a longer row matches
	Status int  // the documented HTTP status, from which the API deviates; 0 for an error of this package

	Class, Retry, Actor string
	Meaning             string // what happened, for docs/errors.md; an error contains the API's own text
	Advice              string
}

// Codes returns a copy of the table. A code without a row has class "unknown": its event is kept and retried. Class
// "message" ends in a dead letter, so only a code that is about the topic or the payload has it.
func Codes() []Code { return slices.Clone(codes) }

// find matches the code and not the status, because the same code is sent with several statuses. A row matches exactly, or
// else the one with the longest prefix.
func find(code string) Code {
	row := unknownCode
	for _, c := range codes {
		switch {
		case c.Name == code:
			return c
		case c.stands(code) && len(c.Name) > len(row.Name):
			row = c
		}
	}
	return row
}

// stands reports whether the row is a prefix of the code. The gateway sends "InvalidAccessKeyId" as well as
// "InvalidAccessKeyId.NotFound".
func (c *Code) stands(code string) bool {
	return c.Prefix && (strings.HasPrefix(code, c.Name) || strings.TrimSuffix(c.Name, ".") == code)
}

const (
	codeNoMsgID           = "NoMsgId"
	codeAnswerLost        = "AnswerLost"
	codeBadCredentials    = "BadCredentials"
	codeNoCredentials     = "NoCredentials"
	codeTimeout           = "Timeout"
	codeCanceled          = "Canceled"
	codeConnectionStale   = "ConnectionStale"
	codeConnectionReset   = "ConnectionReset"
	codeConnectionRefused = "ConnectionRefused"
	codeEndpointRefused   = fault.CodeEndpointRefused
	codeDNS               = "DNS"
	codeTLS               = "TLS"
	codeProxy             = "Proxy"
	codeNetwork           = "Network"
)

var unknownCode = Code{"", true, 0, fault.ClassUnknown, fault.RetryBackoff, fault.ActorYou, "a code that this table does not hold", adviceUnknown}
