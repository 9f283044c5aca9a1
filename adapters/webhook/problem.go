package webhook

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"sendbridge/core"
	"sendbridge/core/fault"
	"sendbridge/internal/shorten"
)

// A problem is the body of an answer that reports an error.
// https://www.rfc-editor.org/rfc/rfc9457
type problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	blame
	Events []item `json:"events,omitempty"` // of a batch, all of them
}

// blame says what is wrong and who has to act.
type blame struct {
	Detail    string `json:"detail"`
	Code      string `json:"code"`
	Class     string `json:"class,omitempty"`
	Actor     string `json:"actor,omitempty"`
	RequestID string `json:"requestId,omitempty"`
}

// problem says err to a sender. Its type is a name, not an address.
func (s saying) problem(status int, err error) problem {
	b := s.blame(err)
	return problem{
		Type:   "urn:sendbridge:error:" + url.PathEscape(b.Code),
		Title:  titleOf(status, b.Class),
		Status: status,
		blame:  b,
	}
}

// blame asks err for what it knows of itself. What it doesn't say follows from its class.
func (s saying) blame(err error) blame {
	f := fault.Of(err)
	return blame{
		Detail: clip(s.detail(err, f)), Code: cmp.Or(f.Code, codeOfClass(f.Class)), Class: f.Class,
		Actor: cmp.Or(f.Actor, actorOfClass(f.Class)), RequestID: f.RequestID,
	}
}

// detail is an error's text where that speaks of the sender's request, and else what the sender can do. The texts of calls
// name addresses, keys and accounts, and quote whoever answered: they are for the log, which has the same code and request id.
func (s saying) detail(err error, f fault.Fault) string {
	ofRequest := f.Class == fault.ClassMessage && (f.Reach == fault.Unsaid || f.Reach == fault.NoCall)
	if r := (*requestError)(nil); s.details || ofRequest || errors.As(err, &r) {
		return err.Error()
	}
	if u := (*core.Unfinished)(nil); errors.As(err, &u) {
		return u.Progress() + ": " + advice(f.Class)
	}
	return advice(f.Class)
}

// advice is what a sender can do about an error of a class whose text is for the log.
func advice(class string) string {
	switch class {
	case fault.ClassMessage:
		return "the API does not take this message: change the event, the same one is refused again"
	case fault.ClassThrottled:
		return "more messages than may be sent at the moment: send the same request again after Retry-After"
	case fault.ClassCredential, fault.ClassPermission, fault.ClassClock, fault.ClassUnsupported:
		return "the bridge has to be set right before it can send: whoever runs it finds the reason in its log"
	}
	return "no acknowledgement was had: send the same request again after Retry-After"
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
