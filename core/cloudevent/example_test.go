package cloudevent_test

import (
	"fmt"

	"sendbridge/core/cloudevent"
)

func ExampleDecodeEvent() {
	e, err := cloudevent.DecodeEvent([]byte(`{"specversion":"1.0","id":"7","source":"/doors/front","type":"com.example.door","data":{"open":true}}`))
	fmt.Println(e.ID(), e.Type(), string(e.Data()), err)
	// Output: 7 com.example.door {"open":true} <nil>
}

// The error names the attribute that is missing or wrong.
func ExampleDecodeEvent_mistake() {
	_, err := cloudevent.DecodeEvent([]byte(`{"specversion":"1.0","id":"7","type":"com.example.door"}`))
	fmt.Println(err)
	// Output: source is missing: an event must have id, source, type and specversion
}

// An invalid element of a batch is the error of one record. The others are delivered.
func ExampleDecodeBatch() {
	records, err := cloudevent.DecodeBatch([]byte(`[{"specversion":"1.0","id":"1","source":"/s","type":"t"}, 5]`), 1000)
	fmt.Println(len(records), records[0].Err, "/", records[1].Err, err)
	// Output: 2 <nil> / an event is a JSON object, this is a number <nil>
}

func ExampleEncodeEvent() {
	e, err := cloudevent.DecodeEvent([]byte(`{"type":"t", "id":"1", "source":"/s", "specversion":"1.0", "data":[1, 2]}`))
	if err != nil {
		fmt.Println(err)
	}
	fmt.Printf("%s\n", cloudevent.EncodeEvent(e))
	// Output: {"specversion":"1.0","id":"1","source":"/s","type":"t","data":[1, 2]}
}

func ExampleParseTime() {
	for _, text := range []string{"2026-02-01T01:00:00+08:00", "1769878800", "1769878800000", "tomorrow"} {
		t, ok := cloudevent.ParseTime(text)
		fmt.Println(t.UTC().Format("2006-01-02 15:04"), ok)
	}
	// Output:
	// 2026-01-31 17:00 true
	// 2026-01-31 17:00 true
	// 2026-01-31 17:00 true
	// 0001-01-01 00:00 false
}
