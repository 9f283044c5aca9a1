package cloudevent

import (
	"errors"
	"strings"

	"github.com/cloudevents/sdk-go/v2/event"

	"sendbridge/core/internal/text"
	"sendbridge/internal/shorten"
)

// Take sets an attribute that a sender wrote. An empty optional attribute is absent. An invalid optional one is left out
// and recorded in the event's FieldErrors, because senders would repeat or drop a rejected event. Take returns an error
// only for a required attribute, and names it.
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

// LeaveOut records that an optional attribute is left out, and why.
func LeaveOut(e *event.Event, name string, why error) {
	note(e, name, "left out: "+why.Error())
}

// maxNotes and maxNote limit what is recorded about one event, because it goes to the log.
const (
	maxNotes = 20
	maxNote  = 300 // bytes
)

// note records in FieldErrors, the SDK's own place for it, how an attribute was changed.
func note(e *event.Event, name, what string) {
	if e.FieldErrors == nil {
		e.FieldErrors = make(map[string]error)
	}
	if len(e.FieldErrors) < maxNotes {
		e.FieldErrors[text.Excerpt(name)] = errors.New(shorten.Bytes(what, maxNote))
	}
}

// A named is an attribute with the name that its sender wrote.
type named struct{ name, value string }

// TakeRenamed is Take for an extension whose name has characters other than a-z and 0-9, such as my-ext or traceId. It
// keeps the name's letters, in lower case, and digits, and records that. It leaves the extension out if the event has an
// attribute of that name, or must not have one. Call it after all other attributes.
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
		LeaveOut(e, name, errors.New("a name must consist of a-z and 0-9, and the rest of this one is already in use"))
		return
	}
	if err := SetAttribute(ContextOf(e), kept, value); err != nil {
		LeaveOut(e, name, err)
		return
	}
	note(e, name, "kept as "+text.Excerpt(kept)+": a name must consist of a-z and 0-9")
}

func takeRenamed(e *event.Event, list []named) {
	for _, a := range list {
		TakeRenamed(e, a.name, a.value)
	}
}

// IsAttributeName reports whether CloudEvents allows an attribute with this name.
func IsAttributeName(name string) bool {
	return name != "" && name != "data" && text.LowerAlphanumeric(name)
}

// IsRequired reports whether every event must have the attribute.
func IsRequired(name string) bool {
	switch name {
	case "id", "source", "type", "specversion":
		return true
	}
	return false
}

// isExtension reports whether a name is free for an extension.
func isExtension(name string) bool {
	switch name {
	case "subject", "time", "datacontenttype", "dataschema":
		return false
	}
	return !IsRequired(name) && IsAttributeName(name)
}
