package awslambda_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"sendbridge/adapters/awslambda"
)

// An event that occurs several times in a batch is sent once. If it fails, each of its messages is named.
func TestOneEventInSeveralMessages(t *testing.T) {
	message := func(id, body string) string {
		return fmt.Sprintf(`{"messageId":%q,"body":%q,"eventSource":"aws:sqs","eventSourceARN":%q}`, id, body, standard)
	}
	cloudEvent := func(data string) string {
		return `{"specversion":"1.0","id":"1","source":"/s","type":"t","datacontenttype":"text/plain","data":"` + data + `"}`
	}
	named := func(ids ...string) string {
		list := make([]string, len(ids))
		for i, id := range ids {
			list[i] = fmt.Sprintf(`{"itemIdentifier":%q}`, id)
		}
		return `{"batchItemFailures":[` + strings.Join(list, ",") + `]}`
	}
	for name, c := range map[string]struct {
		messages     []string
		sent, answer string
	}{
		"one message twice":                  {[]string{message("m-1", "a"), message("m-1", "a")}, "a", named()},
		"one message twice, that fails":      {[]string{message("m-1", "later"), message("m-1", "later")}, "", named("m-1")},
		"one event in two messages":          {[]string{message("m-1", cloudEvent("a")), message("m-2", cloudEvent("a"))}, "a", named()},
		"one event in two, that fails":       {[]string{message("m-1", cloudEvent("later")), message("m-2", cloudEvent("later"))}, "", named("m-1", "m-2")},
		"two events of one id":               {[]string{message("m-1", cloudEvent("a")), message("m-2", cloudEvent("b"))}, "a b", named()},
		"two events of one id, of one fails": {[]string{message("m-1", cloudEvent("a")), message("m-2", cloudEvent("later"))}, "a", named("m-2")},
	} {
		a := new(api)
		h := handler(t, a, nil, &awslambda.Options{PartialBatch: everyPartial})
		for range 2 { // after a redelivery, the answer is the same and nothing is sent again
			answer, err := h.Invoke(t.Context(), []byte(`{"Records":[`+strings.Join(c.messages, ",")+`]}`))
			if got := strings.Join(slices.Sorted(slices.Values(a.payloads)), " "); err != nil || string(answer) != c.answer || got != c.sent {
				t.Errorf("%s: %s, %v, sent %q\nwant %s, sent %q", name, answer, err, got, c.answer, c.sent)
			}
		}
	}
}
