package rules

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
)

func messagesOf(t *testing.T, rule, data string) Messages {
	t.Helper()
	e, err := cloudevent.DecodeEvent([]byte(`{"specversion":"1.0","id":"1","source":"/s","type":"t","data":` + data + `}`))
	if err != nil {
		t.Fatal(err)
	}
	set, err := Parse("test", []byte("rules: [{each: $.data.items, "+rule+"}]"))
	if err != nil {
		t.Fatal(err)
	}
	v, err := cloudevent.NewView(&core.Record{Event: e})
	if err != nil {
		t.Fatal(err)
	}
	return set.rules[0].Messages(v, time.Unix(1_700_000_000, 0))
}

// shown returns each message as its topic and payload, or the code of its error.
func shown(list []core.Delivery) (lines []string) {
	for _, d := range list {
		if d.Err != nil {
			lines = append(lines, fault.Of(d.Err).Code+" "+d.Err.Error())
			continue
		}
		lines = append(lines, d.Topic+" "+d.Payload)
	}
	return lines
}

// Caching values outside of the elements does not change any payload.
func TestCachingForElementsChangesNoPayload(t *testing.T) {
	const data = `{"who":"A \"B\"","twice":{"x":1,"x":2,"y":3},"null":null,"items":[{"n":1},{"n":1,"n":2},{"m":3},{"n":"four"},{"n":5}]}`
	for _, payload := range []string{
		"original", "{jsonpath: $.data.who}", "{jsonpath: '@.n'}", "{jsonpath: $.data.none}", "{jsonpath: $.data.twice.y}", "{constant: c}",
		"{template: '${$.data.who} ${@.n} ${rule} ${now} ${@index}'}", "{template: '${@.n} ${$.data.who} ${@.n}'}", "{template: '${$.data.who}'}",
		`{template: '{"who": "${$.data.who}", "n": ${@.n:-0}, "null": ${$.data.null:-null}}'}`,
		"{template: '${@.n} ${$.data.twice.y}'}", "{template: '${$.data.twice.y} ${@.n}'}", "{template: '${@.n} ${$.data.none}'}", "{template: '${$.data.none:-x}'}",
	} {
		for _, topic := range []string{"'a/${@index}'", "'a/${slug:$.data.who}/${@.n:-x}'", "'a/${$.data.none}/${@.n}'", "'a/${$.data.twice.y}'"} {
			rule := "topic: " + topic + ", payload: " + payload
			kept, alone := messagesOf(t, rule, data), messagesOf(t, rule, data)
			for i := range kept.Deliveries {
				if kept.Deliveries[i].Err == nil {
					kept.RenderPayload(i)
					alone.Forget()
					alone.RenderPayload(i)
				}
			}
			if diff := cmp.Diff(shown(alone.Deliveries), shown(kept.Deliveries)); diff != "" || len(kept.Deliveries) != 5 {
				t.Errorf("%s: %d messages\n%s", rule, len(kept.Deliveries), diff)
			}
		}
	}
}

// A duplicate name in one element makes that element's message fail, and one outside the elements makes all messages fail.
func TestDuplicateNamesInAndOutsideElements(t *testing.T) {
	const data = `{"ok":1,"twice":{"x":1,"x":2,"y":3},"items":[{"n":1,"n":2},{"n":3}]}`
	for template, want := range map[string]string{
		"${@.n} ${$.data.ok}":      "DuplicateName, sent",
		"${$.data.ok} ${@.n}":      "DuplicateName, sent",
		"${@.n} ${$.data.twice.y}": "DuplicateName, DuplicateName",
		"${$.data.twice.y}":        "DuplicateName, DuplicateName",
	} {
		m := messagesOf(t, "topic: 'a/${@index}', payload: {template: '"+template+"'}", data)
		var got []string
		for i := range m.Deliveries {
			if m.RenderPayload(i); m.Deliveries[i].Err != nil {
				got = append(got, fault.Of(m.Deliveries[i].Err).Code)
				continue
			}
			got = append(got, "sent")
		}
		if strings.Join(got, ", ") != want {
			t.Errorf("%s: got %v, want %s", template, got, want)
		}
	}
}

// Values outside of the elements are rendered once: a thousand elements allocate about as much as one.
func TestValuesOutsideElementsAreRenderedOnce(t *testing.T) {
	data := fmt.Sprintf(`{"big":"%s","items":[%s0]}`, strings.Repeat("X", 60_000), strings.Repeat("0,", 999))
	for name, rule := range map[string]string{
		"original":        "topic: a/b, payload: original",
		"jsonpath":        "topic: a/b, payload: {jsonpath: $.data.big}",
		"template":        "topic: a/b, payload: {template: '${hash:lower:$.data.big}'}",
		"with an element": "topic: a/b, payload: {template: '${@} ${hash:lower:$.data.big}'}",
		"topic":           "topic: 'a/${hash:lower:$.data.big}/${@}', payload: {constant: x}",
		"without a value": "topic: a/b, payload: {template: '${@} ${unix:lower:$.data.big}'}",
		"topic fails":     "topic: 'a/${unix:lower:$.data.big}/${@}', payload: {constant: x}",
	} {
		m := Messages{}
		if got := allocated(func() {
			m = messagesOf(t, rule, data)
			for i := range m.Deliveries {
				if m.Deliveries[i].Err == nil {
					m.RenderPayload(i)
				}
			}
		}); got > 5<<20 || len(m.Deliveries) != 1000 {
			t.Errorf("%s: %d messages, %d KiB", name, len(m.Deliveries), got>>10)
		}
	}
}

// Rendering stops at a text that is far too long for a message.
func TestRenderingStopsAtAFarTooLongText(t *testing.T) {
	data := fmt.Sprintf(`{"big":"%s","items":[%s0]}`, strings.Repeat("x", 500_000), strings.Repeat("0,", 999))
	many := strings.Repeat("${$.data.big}", 100)
	for name, rule := range map[string]string{
		"original": "topic: a/b, payload: original",
		"jsonpath": "topic: a/b, payload: {jsonpath: $.data}",
		"template": "topic: a/b, payload: {template: '" + many + "'}",
		"base64":   "topic: a/b, payload: {template: '${@index}" + many + "', base64: true}",
		"topic":    "topic: 'a/${@index}" + many + "', payload: original",
	} {
		m := Messages{}
		if got := allocated(func() {
			m = messagesOf(t, rule, data)
			for i := range m.Deliveries {
				if m.Deliveries[i].Err == nil {
					m.RenderPayload(i)
				}
			}
		}); got > 16<<20 {
			t.Errorf("%s: %d MiB", name, got>>20)
		}
		if err := m.Deliveries[999].Err; err == nil || fault.Of(err).Class != fault.ClassMessage || len(err.Error()) > 400 {
			t.Errorf("%s: %.300v", name, err)
		}
	}
}

// allocated returns how many bytes a call allocates.
func allocated(call func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
