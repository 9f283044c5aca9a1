package webhook

import (
	"cmp"
	"net/http"
	"net/url"
	"strings"
	"time"

	"sendbridge/core/fault"
	"sendbridge/internal/shorten"
)

// A problem is the body of an answer that is no success.
// https://www.rfc-editor.org/rfc/rfc9457
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	blame
	Events []item `json:"events,omitempty"` // of a batch, all of them
}

// blame says what is wrong and whose turn it is.
type blame struct {
	Detail    string `json:"detail"`
	Code      string `json:"code"`
	Class     string `json:"class,omitempty"`
	Actor     string `json:"actor,omitempty"`
	RequestID string `json:"requestId,omitempty"`
}

// newProblem says err to a sender. Its type is a name, not an address.
func newProblem(status int, err error) problem {
	b := blameFor(err)
	return problem{
		Type:   "urn:sendbridge:error:" + url.PathEscape(b.Code),
		Title:  titleOf(status, b.Class),
		Status: status,
		blame:  b,
	}
}

// blameFor asks err for what it knows of itself. What it doesn't say follows from its class.
func blameFor(err error) blame {
	f := fault.Of(err)
	return blame{
		Detail: clip(err.Error()), Code: cmp.Or(f.Code, codeOfClass(f.Class)), Class: f.Class,
		Actor: cmp.Or(f.Actor, actorOfClass(f.Class)), RequestID: f.RequestID,
	}
}

// codeOfClass is for errors that come from no table, such as a context's: Transient, Unknown.
func codeOfClass(class string) string {
	if class == "" {
		class = fault.ClassUnknown
	}
	return strings.ToUpper(class[:1]) + class[1:]
}

func actorOfClass(class string) string {
	switch class {
	case fault.ClassMessage:
		return fault.ActorSender
	case fault.ClassThrottled, fault.ClassTransient:
		return fault.ActorAlibaba
	}
	return fault.ActorYou
}

func titleOf(status int, class string) string {
	switch {
	case status < 500 && status != http.StatusUnprocessableEntity && status != http.StatusTooManyRequests:
		return http.StatusText(status)
	case class == fault.ClassMessage:
		return "The event cannot be sent"
	case class == fault.ClassThrottled:
		return "Too many messages at the moment"
	case class == fault.ClassTransient:
		return "The message was not acknowledged, it may be later"
	case class == fault.ClassCredential, class == fault.ClassPermission, class == fault.ClassClock, class == fault.ClassUnsupported:
		return "The bridge is not set up to send"
	}
	return "The bridge does not know whether the message was sent"
}

// retryAfter is how long the sender should wait: as long as err says, or what is usual for its class. Where a person
// has to do something first, soon is too soon.
func retryAfter(err error) time.Duration {
	f := fault.Of(err)
	if f.RetryAfter > 0 {
		return f.RetryAfter
	}
	switch f.Class {
	case fault.ClassThrottled:
		return time.Second
	case fault.ClassTransient, fault.ClassUnknown:
		return 5 * time.Second
	}
	return time.Minute
}

// clip keeps an answer short, whatever value an error quotes: what is known about credentials that were refused takes a
// good thousand bytes.
func clip(s string) string { return shorten.Bytes(s, 4000) }
