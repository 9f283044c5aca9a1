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

// Each object of the data is read once, however many there are, and each look-up is counted.
func TestEachObjectIsReadOnce(t *testing.T) {
	for _, count := range []int{1, 7, 8, 9, 10, 40} {
		var v View
		var list strings.Builder
		for i := range count {
			fmt.Fprintf(&list, `,"o%d":{"n":%d}`, i, i)
		}
		data := gjson.Parse("{" + list.String()[1:] + "}")
		for range 3 {
			for i := range count {
				if got := must(t, &v, must(t, &v, data, fmt.Sprintf("o%d", i)), "n").Raw; got != fmt.Sprint(i) {
					t.Errorf("o%d.n is %s", i, got)
				}
			}
		}
		if len(v.inData.list) != 1+count {
			t.Errorf("%d objects in an object were read as %d", count, len(v.inData.list))
		}
		if want := 3 * count * 2; v.Lookups != want {
			t.Errorf("%d look-ups are counted, want %d", v.Lookups, want)
		}
	}
	var v View
	v.ElementAt(gjson.Parse("[1]"), 0)
	v.ElementAt(gjson.Parse("{}"), 0)
	if v.Lookups != 2 {
		t.Errorf("%d look-ups of indexes are counted, want 2", v.Lookups)
	}
}

// A name that is given twice is found, however many names there are. Each name has its value until then.
func TestNamesOfAnObject(t *testing.T) {
	for _, count := range []int{1, 2, 15, 16, 17, 18, 40} {
		var list strings.Builder
		for i := range count {
			fmt.Fprintf(&list, `,"n%d":%d`, i, i)
		}
		members := list.String()[1:]
		var v View
		object := gjson.Parse("{" + members + "}")
		for i := range count {
			if got := must(t, &v, object, fmt.Sprintf("n%d", i)).Raw; got != fmt.Sprint(i) {
				t.Errorf("n%d of %d is %s", i, count, got)
			}
		}
		if found, twice, ok := v.Member(object, "n"); found.Exists() || twice != "" || !ok {
			t.Errorf("a missing name among %d: %q, twice %q", count, found.Raw, twice)
		}
		for _, name := range []string{"n0", fmt.Sprintf("n%d", count-1)} {
			for _, asked := range []string{name, "another"} {
				if _, twice, ok := new(View).Member(gjson.Parse("{"+members+`,"`+name+`":7}`), asked); twice != name || ok {
					t.Errorf("%s among %d names: twice %q, %v", name, count, twice, ok)
				}
			}
		}
	}
	if _, twice, ok := new(View).Member(gjson.Parse(`{"":1,"a":2,"":3}`), "a"); twice != "" || ok {
		t.Errorf("an empty name twice: %q, %v", twice, ok)
	}
}
