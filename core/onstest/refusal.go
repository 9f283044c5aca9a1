package onstest

import (
	"fmt"
	"net/http"
	"strconv"
	"time"
)

const (
	maxQuote = 64 // length limit of a quoted name, in bytes
	noBody   = "-"
)

// A refusal is an answer without a MsgId.
type refusal struct {
	code       string // also its name in the counts
	status     int
	message    string
	denied     string // the action for which a permission is missing
	policy     string // the type of the policy that does not allow it
	page       string // HTML to send instead of a body of the API; noBody sends an empty body
	retryAfter time.Duration
}

// refuse returns a refusal with a code of the table or of a family.
func refuse(code string) *refusal {
	e, ok := lookUp(code)
	if !ok {
		panic("onstest: no error code " + code)
	}
	return &refusal{code: code, status: e.status, message: e.message, denied: "mq:" + action, policy: "AccountLevelIdentityBasedPolicy"}
}

// because adds the reason to the message.
func (r *refusal) because(reason string) *refusal {
	r.message += " (" + reason + ")"
	return r
}

// saying replaces the message.
func (r *refusal) saying(message string) *refusal {
	r.message = message
	return r
}

// htmlPage returns an answer of the web server in front of the API.
func htmlPage(status int) *refusal {
	title := strconv.Itoa(status) + " " + http.StatusText(status)
	return &refusal{
		code:   strconv.Itoa(status),
		status: status,
		page: fmt.Sprintf("<!DOCTYPE HTML PUBLIC \"-//IETF//DTD HTML 2.0//EN\">\r\n<html>\r\n<head><title>%s</title></head>\r\n"+
			"<body>\r\n<center><h1>%[1]s</h1></center>\r\n<hr><center>emulated</center>\r\n</body>\r\n</html>\r\n", title),
	}
}

func quoted(name string) string { return strconv.Quote(cut(name, maxQuote)) }

func cut(s string, most int) string {
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
