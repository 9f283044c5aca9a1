// Error codes: https://www.alibabacloud.com/help/en/apsaramq-for-mqtt/mqtt-upgraded/developer-reference/control-sdk-reference-error-codes
// and those of the gateway, RAM and STS: https://help.aliyun.com/document_detail/53438.html

package onsmqtt

import (
	"slices"
	"strings"

	"sendbridge/core/fault"
)

// A Code is a row of the table of errors. Class, Retry, Actor and Advice are those of an Error with it.
type Code struct {
	Name   string
	Prefix bool // stands for every code that begins with Name, and for Name less its final dot, unless another row fits better
	Status int  // of HTTP, as documented, though the API varies it; 0 for what this package itself reports

	Class, Retry, Actor string
	Meaning             string // what happened, for docs/errors.md; an error has the API's own words
	Advice              string
}

// Codes returns a copy of the table. Whatever it does not hold is class "unknown": it is kept and tried again. Class
// "message" ends in a dead letter, so only a code that names the topic or the payload has it.
func Codes() []Code { return slices.Clone(codes) }

// find matches the code, not the status, since the same code comes with several: exactly, else by the longest prefix.
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

// stands says whether the row is one of a prefix that the code has. The gateway sends "InvalidAccessKeyId" as well as
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
