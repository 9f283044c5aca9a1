package cloudevent

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"sendbridge/core"
	"sendbridge/core/fault"
)

const anEvent = `{"specversion":"1.0","id":"1","source":"/s","type":"t"}`

// A batch of the limit is taken, one more is not, and each event has its place.
func TestTheLimitOfABatch(t *testing.T) {
	batch := func(n int) []byte { return []byte("[" + strings.Repeat(anEvent+",", n-1) + anEvent + "]") }
	records, err := DecodeBatch(batch(3), 3)
	if err != nil || len(records) != 3 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	for i, r := range records {
		if r.Index != i || r.Err != nil {
			t.Errorf("record %d: index %d, %v", i, r.Index, r.Err)
		}
	}
	for n, limit := range map[int]int{4: 3, 10: 3, 1: 0} {
		if records, err := DecodeBatch(batch(n), limit); !errors.Is(err, ErrTooMany) {
			t.Errorf("%d events, %d allowed: %d records, %v", n, limit, len(records), err)
		}
	}
	if records, err := DecodeBatch([]byte("[]"), 0); err != nil || records == nil || len(records) != 0 {
		t.Errorf("an empty batch: %v, %v", records, err)
	}
}

// Each event of a batch has its own data, as it was sent.
func TestDataOfABatch(t *testing.T) {
	const open = `{"specversion":"1.0","id":"1","source":"/s","type":"t"`
	records, err := DecodeBatch([]byte("\ufeff ["+open+`,"data":{"a": 1}}, `+open+`,"data": "x" },`+open+`},`+open+`,"data":null}]`), 4)
	if err != nil || len(records) != 4 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	for i, want := range []string{`{"a": 1}`, `"x"`, "", "null"} {
		if got := string(records[i].Event.Data()); records[i].Err != nil || got != want {
			t.Errorf("record %d: %q, want %q; %v", i, got, want, records[i].Err)
		}
	}
}

// Each of the first twenty invalid elements has a record at its place. One more record represents all the others.
func TestRefusalsOfABatchAreBounded(t *testing.T) {
	for _, c := range []struct{ refused, records, rest int }{{1, 2, 0}, {20, 21, 0}, {21, 22, 1}, {22, 22, 2}, {500, 22, 480}} {
		payload := "[" + anEvent + strings.Repeat(`,{"no":"event"}`, c.refused) + "]"
		records, err := DecodeBatch([]byte(payload), 1000)
		if err != nil || len(records) != c.records {
			t.Fatalf("%d refused: %d records, %v", c.refused, len(records), err)
		}
		for i, r := range records {
			if r.Index != i || (r.Err != nil) != (i > 0) {
				t.Errorf("%d refused: record %d has index %d and %v", c.refused, i, r.Index, r.Err)
			}
			if i == 21 {
				if want := fmt.Sprintf("%d elements from here on are not events: the errors before say why", c.rest); r.Err.Error() != want || ElementsOf(r.Err) != c.rest || r.Raw != nil {
					t.Errorf("%d refused: %v of %d elements, %q", c.refused, r.Err, ElementsOf(r.Err), r.Raw)
				}
				if f := fault.Of(r.Err); f.Code != "InvalidEvent" || f.Class != fault.ClassMessage || f.Actor != fault.ActorSender {
					t.Errorf("%+v", f)
				}
			} else if i > 0 && (ElementsOf(r.Err) != 1 || string(r.Raw) != `{"no":"event"}`) {
				t.Errorf("record %d stands for %d, %q", i, ElementsOf(r.Err), r.Raw)
			}
		}
	}
	if ElementsOf(nil) != 1 || ElementsOf(errors.New("x")) != 1 {
		t.Error("an error of one element is not one")
	}
}

// An event that went through a bridge eight times is in a circle.
func TestHops(t *testing.T) {
	for hops, want := range map[string]string{
		`0`: "", `7`: "", `"7"`: "", `"0"`: "",
		`8`: "LoopDetected", `"8"`: "LoopDetected", `2147483647`: "LoopDetected", `100`: "LoopDetected",
		`-1`: "InvalidEvent", `"x"`: "InvalidEvent", `true`: "InvalidEvent", `"1.5"`: "InvalidEvent", `2147483648`: "InvalidEvent", `"+1"`: "InvalidEvent",
	} {
		e, err := DecodeEvent([]byte(strings.Replace(anEvent, "{", `{"sendbridgehops":`+hops+",", 1)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := NewView(&core.Record{Event: e}); (err == nil) != (want == "") || err != nil && fault.Of(err).Code != want {
			t.Errorf("%s hops: %v, want %q", hops, err, want)
		}
	}
	e, _ := DecodeEvent([]byte(anEvent))
	ContextOf(&e).Extensions = map[string]any{"sendbridgehops": struct{}{}}
	if _, err := NewView(&core.Record{Event: e}); err == nil || !strings.Contains(err.Error(), "must be a whole number, not a struct") {
		t.Errorf("of no type: %v", err)
	}
	e, _ = DecodeEvent([]byte(strings.Replace(anEvent, "{", `{"sendbridgehops":6,`, 1)))
	v, err := NewView(&core.Record{Event: e})
	if err != nil {
		t.Fatal(err)
	}
	if got := string(AppendOriginal(nil, v)); got != `{"specversion":"1.0","id":"1","source":"/s","type":"t","sendbridgehops":7}` {
		t.Error(got)
	}
}
