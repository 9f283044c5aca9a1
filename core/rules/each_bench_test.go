package rules

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
)

// BenchmarkRenderManyElements renders 1000 elements of an event of 891 KB with ten paths outside of them.
func BenchmarkRenderManyElements(b *testing.B) {
	var paths, members, items strings.Builder
	for i := range 10 {
		fmt.Fprintf(&paths, "${$.data.p%d.v} ", i)
		fmt.Fprintf(&members, `,"p%d":{"v":%d}`, i, i)
	}
	for i := range 1000 {
		fmt.Fprintf(&items, `{"id":%d,"filler":"%s"},`, i, strings.Repeat("x", 865))
	}
	data := `{"items":[` + strings.TrimSuffix(items.String(), ",") + `]` + members.String() + `}`
	e, err := cloudevent.DecodeEvent([]byte(`{"specversion":"1.0","id":"1","source":"/s","type":"t","data":` + data + `}`))
	if err != nil {
		b.Fatal(err)
	}
	set, err := Parse("bench", []byte("rules: [{each: $.data.items, topic: 'a/${@.id}', payload: {template: '"+paths.String()+"${@.id}'}}]"))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		v, err := cloudevent.NewView(&core.Record{Event: e})
		if err != nil {
			b.Fatal(err)
		}
		if list := set.rules[0].Render(v, time.Time{}); len(list) != 1000 || list[999].Err != nil || list[999].Payload != "0 1 2 3 4 5 6 7 8 9 999" {
			b.Fatal(len(list), list[0])
		}
	}
}
