package functions

import (
	"cmp"
	"errors"
	"log/slog"
	"strconv"
	"strings"
	"unicode/utf8"

	"sendbridge/core"
	"sendbridge/core/fault"
)

// appendMessages adds an event's only message as plain attributes, which log queries can find, and several messages as a
// list. The attempts beside a list are the total.
func appendMessages(attrs []slog.Attr, r *core.Result) []slog.Attr {
	attempts := 0
	for i := range r.Deliveries {
		attempts += attemptsOf(&r.Deliveries[i])
	}
	attrs = append(attrs, slog.Int("attempts", attempts))
	err := cmp.Or(r.Err, r.Reason)
	if only := onlyMessage(r, err); only != nil {
		return appendError(appendMessage(attrs, only), err)
	}
	var messages []slog.Attr
	for i := range r.Deliveries {
		d := &r.Deliveries[i]
		if len(r.Deliveries) > maxLogged && (len(messages) == maxLogged || !isNews(d)) {
			continue
		}
		group := appendMessage(make([]slog.Attr, 0, 8), d)
		group = appendError(append(group, slog.Int("attempts", attemptsOf(d))), d.Err)
		messages = append(messages, slog.Attr{Key: strconv.Itoa(i), Value: slog.GroupValue(group...)})
	}
	if len(messages) > 0 {
		attrs = append(attrs, slog.Attr{Key: "messages", Value: slog.GroupValue(messages...)})
	}
	if left := len(r.Deliveries) - len(messages); left > 0 {
		attrs = append(attrs, slog.Int("messagesLeftOut", left))
	}
	return appendError(attrs, err)
}

// maxLogged limits the messages in an event's line, because the clouds' logs truncate or reject lines of megabytes.
const maxLogged = 1000

// isNews reports whether a message is not in the line of an earlier attempt at the event: it was tried, or cannot be sent.
func isNews(d *core.Delivery) bool {
	return attemptsOf(d) > 0 || d.Err != nil && fault.Of(d.Err).Class == fault.ClassMessage
}

// onlyMessage returns the message that can be merged into the event's attributes, because there is at most one error for
// both.
func onlyMessage(r *core.Result, err error) *core.Delivery {
	if len(r.Deliveries) != 1 {
		return nil
	}
	d := &r.Deliveries[0]
	if d.Err != nil && err != nil && !errors.Is(err, d.Err) {
		return nil
	}
	return d
}

func appendMessage(attrs []slog.Attr, d *core.Delivery) []slog.Attr {
	attrs = append(attrs, slog.String("rule", d.Rule), slog.String("topic", d.Topic))
	if d.Element >= 0 {
		attrs = append(attrs, slog.Int("element", d.Element))
	}
	if d.Duplicate {
		attrs = append(attrs, slog.Bool("duplicate", true))
	}
	if d.MsgID != "" {
		attrs = append(attrs, slog.String("msgId", d.MsgID), slog.String("requestId", d.RequestID))
		if isLongP2P(d.Topic) {
			attrs = append(attrs, slog.String("warning", "the limit of 64 characters may apply to P2P topics, too (undocumented)"))
		}
	}
	return attrs
}

// attemptsOf returns the number of attempts. Those of a duplicate are in the log of the first delivery.
func attemptsOf(d *core.Delivery) int {
	if d.Duplicate {
		return 0
	}
	return d.Attempts
}

// isLongP2P reports whether the API accepts a topic that may nevertheless reach no device.
func isLongP2P(topic string) bool {
	_, rest, _ := strings.Cut(topic, "/")
	return strings.HasPrefix(rest, "p2p/") && utf8.RuneCountInString(topic) > 64
}

// appendError adds an error with its class, who has to act and what to do, as far as the error knows.
func appendError(attrs []slog.Attr, err error) []slog.Attr {
	if err == nil {
		return attrs
	}
	f := fault.Of(err)
	attrs = append(attrs, slog.String("error", err.Error()), slog.String("class", f.Class))
	for _, said := range [...]struct{ key, value string }{
		{"actor", f.Actor}, {"advice", f.Advice}, {"code", f.Code}, {"errorRequestId", f.RequestID},
	} {
		if said.value != "" {
			attrs = append(attrs, slog.String(said.key, said.value))
		}
	}
	return attrs
}
