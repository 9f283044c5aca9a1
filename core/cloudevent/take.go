package cloudevent

import (
	"errors"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core/internal/text"
	"sendbridge/internal/shorten"
)

// Take sets an attribute that a sender wrote. An optional one that is empty is absent, and an invalid one is left
// out and noted in the event's FieldErrors: senders repeat or drop an event that is refused. The error is for what an
// event can't be without, and names it.
func Take(e *event.Event, name, value string) error { return take(e, nil, name, value) }

func take(e *event.Event, room *optional, name, value string) error {
	if value == "" && !IsRequired(name) {
		return nil
	}
	err := setAttribute(ContextOf(e), room, name, value)
	if err != nil && !IsRequired(name) {
		LeaveOut(e, name, err)
		return nil
	}
	return err
}

// LeaveOut notes that an optional attribute is left out, and why.
func LeaveOut(e *event.Event, name string, why error) {
	note(e, name, "left out: "+why.Error())
}

// maxNotes and maxNote bound what a sender can have noted of one event, which goes to the log.
const (
	maxNotes = 20
	maxNote  = 300 // bytes
)

// note says in the SDK's own place for it what became of an attribute that is not as its sender wrote it.
func note(e *event.Event, name, what string) {
	if e.FieldErrors == nil {
		e.FieldErrors = make(map[string]error)
	}
	if len(e.FieldErrors) < maxNotes {
		e.FieldErrors[text.Excerpt(name)] = errors.New(shorten.Bytes(what, maxNote))
	}
}

// A named is an attribute under the name that its sender gave it.
type named struct{ name, value string }

// TakeRenamed is Take for an extension whose name has more than a-z and 0-9, as my-ext or traceId. It keeps the name's
// letters in lower case and its digits, and notes that. The extension is left out where the event has an attribute of
// that name, or may not have one. It comes after all others have been taken.
func TakeRenamed(e *event.Event, name, value string) {
	if value == "" {
		return
	}
	kept := strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' || '0' <= r && r <= '9' {
			return r
		}
		return -1
	}, strings.ToLower(name))
	if _, taken := ContextOf(e).Extensions[kept]; taken || kept == "" || !isExtension(kept) || isOwn(kept) {
		LeaveOut(e, name, errors.New("a name has a-z and 0-9 only, and what is left of this one is not free"))
		return
	}
	if err := SetAttribute(ContextOf(e), kept, value); err != nil {
		LeaveOut(e, name, err)
		return
	}
	note(e, name, "kept as "+text.Excerpt(kept)+": a name has a-z and 0-9 only")
}

func takeRenamed(e *event.Event, list []named) {
	for _, a := range list {
		TakeRenamed(e, a.name, a.value)
	}
}

// IsAttributeName says whether CloudEvents allows an attribute of a name.
func IsAttributeName(name string) bool {
	return name != "" && name != "data" && text.LowerAlphanumeric(name)
}

// IsRequired says whether no event can be without an attribute.
func IsRequired(name string) bool {
	switch name {
	case "id", "source", "type", "specversion":
		return true
	}
	return false
}

// isExtension says whether a name is free for an extension.
func isExtension(name string) bool {
	switch name {
	case "subject", "time", "datacontenttype", "dataschema":
		return false
	}
	return !IsRequired(name) && IsAttributeName(name)
}
