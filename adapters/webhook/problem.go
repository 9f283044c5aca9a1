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
	Events []item `json:"events,omitempty"` // all events of a batch
}

// A blame says what is wrong and who has to act.
type blame struct {
	Detail    string `json:"detail"`
	Code      string `json:"code"`
	Class     string `json:"class,omitempty"`
	Actor     string `json:"actor,omitempty"`
	RequestID string `json:"requestId,omitempty"`
}

// problem describes err to a sender. Its type is a name, not an address.
func (s saying) problem(status int, err error) problem {
	b := s.blame(err)
	return problem{
		Type:   "urn:sendbridge:error:" + url.PathEscape(b.Code),
		Title:  titleOf(status, b.Class),
		Status: status,
		blame:  b,
	}
}

// blame reads the properties of err. Those that err does not have follow from its class.
func (s saying) blame(err error) blame {
	f := fault.Of(err)
	return blame{
		Detail: clip(s.detail(err, f)), Code: cmp.Or(f.Code, codeOfClass(f.Class)), Class: f.Class,
		Actor: cmp.Or(f.Actor, actorOfClass(f.Class)), RequestID: f.RequestID,
	}
}

// detail returns the error's text if it is about the sender's request, or else what the sender can do. The texts of
// calls contain addresses, keys and accounts and quote remote answers. They are only for the log, which has the same
// code and request id.
func (s saying) detail(err error, f fault.Fault) string {
	ofRequest := f.Class == fault.ClassMessage && (f.Reach == fault.ReachUnknown || f.Reach == fault.NotSent)
	if r := (*requestError)(nil); s.details || ofRequest || errors.As(err, &r) {
		return err.Error()
	}
	if u := (*core.Unfinished)(nil); errors.As(err, &u) {
		return u.Progress() + ": " + advice(f.Class)
	}
	return advice(f.Class)
}

// advice returns what a sender can do about an error of a class whose text is only for the log.
func advice(class string) string {
	switch class {
	case fault.ClassMessage:
		return "the API rejects this message: change the event, because a retry would be rejected again"
	case fault.ClassThrottled:
		return "too many messages at the moment: send the same request again after Retry-After"
	case fault.ClassCredential, fault.ClassPermission, fault.ClassClock, fault.ClassUnsupported:
		return "the bridge cannot send until its operator fixes it: the reason is in its log"
	}
	return "the message was not acknowledged: send the same request again after Retry-After"
}

// codeOfClass returns the code of an error that is in no table, such as a context's error: Transient or Unknown.
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
		return "The message was not acknowledged, a retry may succeed"
	case class == fault.ClassCredential, class == fault.ClassPermission, class == fault.ClassClock, class == fault.ClassUnsupported:
		return "The bridge is not set up to send"
	}
	return "The bridge does not know whether the message was sent"
}

// retryAfter returns how long the sender should wait: the time that err names, or a default for its class. If a person
// has to act first, the default is long.
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

// clip shortens a text for an answer, whatever value an error quotes. The description of rejected credentials takes
// over a thousand bytes.
func clip(s string) string { return shorten.Bytes(s, 4000) }
