package cloudevent

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"sendbridge/core/fault"
)

// Arrays may have many elements: the objects of one are forgotten, and those that were known before stay.
func TestElementsAreForgotten(t *testing.T) {
	var v View
	var outside strings.Builder
	for i := range 3 * scanned {
		fmt.Fprintf(&outside, `,"o%d":{"n":%d}`, i, i)
	}
	data := gjson.Parse(`{"list":[` + strings.TrimSuffix(strings.Repeat(`{"n":{"m":1}},`, 500), ",") + `]` + outside.String() + `}`)
	for i := range 3 * scanned {
		v.Member(must(t, &v, data, fmt.Sprintf("o%d", i)), "n")
	}
	known := len(v.inData.list)
	EachElement(must(t, &v, data, "list").Raw, func(element gjson.Result) bool {
		v.Passing(func() { must(t, &v, must(t, &v, element, "n"), "m") })
		v.SetElement(element, 0)
		must(t, &v, must(t, &v, element, "n"), "m")
		return true
	})
	if known != 3*scanned+1 || len(v.inData.list) != known || len(v.inData.byPlace) > known || len(v.inElement.list) != 2 {
		t.Errorf("%d objects were known, then %d, %d by place and %d of the element", known, len(v.inData.list), len(v.inData.byPlace), len(v.inElement.list))
	}
	for i := range 3 * scanned {
		if got := must(t, &v, must(t, &v, data, fmt.Sprintf("o%d", i)), "n").Int(); got != int64(i) {
			t.Errorf("o%d.n is %d", i, got)
		}
	}
}

func must(t *testing.T, v *View, r gjson.Result, name string) gjson.Result {
	t.Helper()
	found, twice, ok := v.Member(r, name)
	if !found.Exists() || !ok {
		t.Fatalf("%s: %q, twice %q", name, found.Raw, twice)
	}
	return found
}

// Readers decode an invalid name differently, so the object with it must not be used.
func TestHalfACharacterInAName(t *testing.T) {
	for object, refused := range map[string]bool{
		`{"a":1,"\ud83d":2}`: true, `{"\udc00x":2,"a":1}`: true, `{"a":1,"\ud83d\ude00":2}`: false, `{"a":1,"b":{"\ud83d":2}}`: false,
	} {
		var v View
		for range 2 { // the second time, the object is cached
			v.Member(gjson.Parse(object), "a")
		}
		if why := v.TakeDistrust(); (why != nil) != refused || why != nil && why.Code != fault.CodeLoneSurrogate {
			t.Errorf("%s: %v", object, why)
		}
	}
}
