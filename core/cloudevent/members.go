package cloudevent

import (
	"strconv"
	"strings"
	"unsafe"

	"github.com/tidwall/gjson"

	"sendbridge/core/fault"
)

// An object is what a View has read of an object in the event's data.
type object struct {
	at      *byte // where its text begins: the event's data stays where it is
	members []member
	twice   string // a name that it has twice, as a JSON reader tells names apart
	isTwice bool
	half    bool           // a name has half of a surrogate pair
	byName  map[string]int // places in members; nil for few
}

type member struct{ name, value string }

// scanned is how many objects are found one after another, more of them by a map.
const scanned = 8

// Member returns an object's value by name, comparing whole names: gjson's own paths have wildcards and modifiers that a
// name could trigger. Each object is read once an event. If it has a name twice, whichever that is, readers may see
// different values: then twice is that name, and the event is not to be trusted.
func (v *View) Member(r gjson.Result, name string) (found gjson.Result, twice string, ok bool) {
	v.Lookups++
	if !r.IsObject() {
		return gjson.Result{}, "", true
	}
	o := v.object(r)
	if o.half {
		v.Distrust(HalfCharacter("a name beside " + strconv.Quote(name)))
	}
	if i, ok := o.byName[name]; ok {
		return gjson.Parse(o.members[i].value), o.twice, !o.isTwice
	}
	for i := range o.members[:min(fewNames, len(o.members))] {
		if o.members[i].name == name {
			found = gjson.Parse(o.members[i].value)
			break
		}
	}
	return found, o.twice, !o.isTwice
}

// objects are those that were read, in the order in which they were.
type objects struct {
	list    []object
	byPlace map[*byte]int // nil for few
}

// object returns what r is, which is read if it was not. The element of each has objects of its own: they are forgotten
// with it.
func (v *View) object(r gjson.Result) *object {
	at, known := unsafe.StringData(r.Raw), &v.inData
	if v.inView(at) {
		known = &v.inElement
	}
	o, isNew := known.find(at)
	if isNew {
		if o == &v.fewObjects[0] && o.members == nil {
			o.members = v.fewMembers[:0:len(v.fewMembers)]
		}
		o.read(r)
	}
	return o
}

// inView says whether a place is in the text of the element in view.
func (v *View) inView(at *byte) bool {
	from := uintptr(unsafe.Pointer(unsafe.StringData(v.Element.Raw)))
	place := uintptr(unsafe.Pointer(at))
	return from <= place && place < from+uintptr(len(v.Element.Raw))
}

// SetElement puts an element of each in view, with its place in the array.
func (v *View) SetElement(element gjson.Result, place int) {
	v.Element, v.Index = element, place
	v.inElement.forget(0)
}

// find returns an object by where it begins. A new one is there, but not read.
func (x *objects) find(at *byte) (o *object, isNew bool) {
	if i, ok := x.byPlace[at]; ok {
		return &x.list[i], false
	}
	for i := range x.list[:min(scanned, len(x.list))] {
		if x.list[i].at == at {
			return &x.list[i], false
		}
	}
	n := len(x.list)
	if n < cap(x.list) {
		x.list = x.list[:n+1]
	} else {
		x.list = append(x.list, object{})
	}
	o = &x.list[n]
	*o = object{at: at, members: o.members[:0]}
	if n >= scanned {
		if x.byPlace == nil {
			x.byPlace = make(map[*byte]int)
		}
		x.byPlace[at] = n
	}
	return o, true
}

// forget leaves the first n objects, and the memory of the others for use again.
func (x *objects) forget(n int) {
	if len(x.list) > n {
		for i := max(n, scanned); i < len(x.list); i++ {
			delete(x.byPlace, x.list[i].at)
		}
		x.list = x.list[:n]
	}
}

// Passing calls look, and forgets the objects that it was the first to look into: those of an array's element, of which
// there may be many.
func (v *View) Passing(look func()) {
	data, element := len(v.inData.list), len(v.inElement.list)
	look()
	v.inData.forget(data)
	v.inElement.forget(element)
}

func (o *object) read(r gjson.Result) {
	r.ForEach(func(key, val gjson.Result) bool {
		if !o.isTwice && o.has(key.Str) {
			o.twice, o.isTwice = key.Str, true
		}
		o.half = o.half || hasHalf(key.Raw)
		o.members = append(o.members, member{key.Str, val.Raw})
		switch n := len(o.members); {
		case o.byName != nil:
			o.byName[key.Str] = n - 1
		case n > fewNames:
			o.byName = make(map[string]int)
			for i := range o.members {
				o.byName[o.members[i].name] = i
			}
		}
		return true
	})
}

func (o *object) has(name string) bool {
	if o.byName != nil {
		_, ok := o.byName[name]
		return ok
	}
	for i := range o.members {
		if o.members[i].name == name {
			return true
		}
	}
	return false
}

// Distrust notes why what was just looked at can't be trusted.
func (v *View) Distrust(why *fault.Error) {
	if v.distrust == nil {
		v.distrust = why
	}
}

// TakeDistrust returns why what was looked at since the last call can't be trusted, nil if it can.
func (v *View) TakeDistrust() *fault.Error {
	why := v.distrust
	v.distrust = nil
	return why
}

// DuplicateName refuses an event whose data has a name twice, at path.
func DuplicateName(path string) *fault.Error {
	return fault.New(fault.CodeDuplicateName, fault.ActorSender,
		"%s is given twice: an object that a rule looks into must have each name once, as readers differ in which value counts", path)
}

// HalfCharacter refuses a text at path that has one half of a surrogate pair without the other.
func HalfCharacter(path string) *fault.Error {
	return fault.New(fault.CodeLoneSurrogate, fault.ActorSender, `%s: the text has half of a surrogate pair, such as \ud83d alone: that is no character`, path)
}

// IsHalf says whether the value is a JSON string with one half of a surrogate pair: a reader can only guess its text.
func (v Value) IsHalf() bool {
	return v.Kind == JSON && v.JSON.Type == gjson.String && hasHalf(v.JSON.Raw)
}

// HasHalf says whether the value is JSON with such a string in it.
func (v Value) HasHalf() bool { return v.Kind == JSON && hasHalf(v.JSON.Raw) }

// hasHalf looks for an escape of a surrogate that is not part of a pair.
// https://www.rfc-editor.org/rfc/rfc8259#section-8.2
func hasHalf(raw string) bool {
	if !strings.Contains(raw, `\ud`) && !strings.Contains(raw, `\uD`) {
		return false
	}
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			continue
		}
		high, low := surrogate(raw[i:])
		switch {
		case low:
			return true
		case high:
			if _, follows := surrogate(raw[i+len(`\ud83d`):]); !follows {
				return true
			}
			i += len(`\ud83d\ude`) // the rest of the pair but for what follows
		}
		i++ // the escaped character: it may be a backslash
	}
	return false
}

// surrogate says whether s starts with an escape of the first or of the second half of a pair.
func surrogate(s string) (high, low bool) {
	if len(s) < len(`\ud83d`) || s[0] != '\\' || s[1] != 'u' || s[2]|0x20 != 'd' {
		return false, false
	}
	switch s[3] {
	case '8', '9', 'a', 'b', 'A', 'B':
		return true, false
	case 'c', 'd', 'e', 'f', 'C', 'D', 'E', 'F':
		return false, true
	}
	return false, false
}
