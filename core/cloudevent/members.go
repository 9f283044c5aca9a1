package cloudevent

import (
	"strconv"
	"strings"
	"unsafe"

	"github.com/tidwall/gjson"

	"sendbridge/core/fault"
)

// An object holds the members of an object in the event's data that a View has read.
type object struct {
	at      *byte // the address of its text; the event's data does not move
	members []member
	twice   string // a duplicate name, compared as a JSON reader does
	isTwice bool
	half    bool           // a name contains half of a surrogate pair
	byName  map[string]int // indexes in members; nil if there are few
}

type member struct{ name, value string }

// scanned is the number of objects up to which a linear search finds them. Beyond it, a map is used.
const scanned = 8

// Member returns an object's value by its complete name, because gjson's own paths have wildcards and modifiers that a name
// could trigger. Each object is read once per event. If it has any duplicate name, readers may see different values: then
// twice is that name, and the caller must not use the event.
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

// objects are the objects read so far, in order.
type objects struct {
	list    []object
	byPlace map[*byte]int // nil if there are few
}

// object returns the object of r and reads it if necessary. The objects of each's current element are forgotten when the
// element changes.
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

// inView reports whether an address is in the text of the current element.
func (v *View) inView(at *byte) bool {
	from := uintptr(unsafe.Pointer(unsafe.StringData(v.Element.Raw)))
	place := uintptr(unsafe.Pointer(at))
	return from <= place && place < from+uintptr(len(v.Element.Raw))
}

// SetElement sets the current element of each, with its index in the array.
func (v *View) SetElement(element gjson.Result, place int) {
	v.Element, v.Index = element, place
	v.inElement.forget(0)
}

// find returns an object by its address. A new object is added without being read.
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

// forget keeps the first n objects and reuses the memory of the others.
func (x *objects) forget(n int) {
	if len(x.list) > n {
		for i := max(n, scanned); i < len(x.list); i++ {
			delete(x.byPlace, x.list[i].at)
		}
		x.list = x.list[:n]
	}
}

// Passing calls look and then forgets the objects that it read: those of an array's element, of which there may be many.
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

// Distrust records why the values just read cannot be used.
func (v *View) Distrust(why *fault.Error) {
	if v.distrust == nil {
		v.distrust = why
	}
}

// TakeDistrust returns why the values read since the last call cannot be used, or nil if they can.
func (v *View) TakeDistrust() *fault.Error {
	why := v.distrust
	v.distrust = nil
	return why
}

// DuplicateName returns the error for an event whose data has a duplicate name at path.
func DuplicateName(path string) *fault.Error {
	return fault.New(fault.CodeDuplicateName, fault.ActorSender,
		"%s is given twice: an object that a rule reads must have each name once, because readers differ in which value they use", path)
}

// HalfCharacter returns the error for a text at path with one half of a surrogate pair.
func HalfCharacter(path string) *fault.Error {
	return fault.New(fault.CodeLoneSurrogate, fault.ActorSender, `%s: the text contains half of a surrogate pair, such as \ud83d alone, which is not a character`, path)
}

// IsHalf reports whether the value is a JSON string with one half of a surrogate pair, whose text readers could only guess.
func (v Value) IsHalf() bool {
	return v.Kind == JSON && v.JSON.Type == gjson.String && hasHalf(v.JSON.Raw)
}

// HasHalf reports whether the value is JSON that contains such a string.
func (v Value) HasHalf() bool { return v.Kind == JSON && hasHalf(v.JSON.Raw) }

// hasHalf searches for an escaped surrogate that is not part of a pair.
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
			i += len(`\ud83d\ude`) // skip the rest of the pair
		}
		i++ // the escaped character: it may be a backslash
	}
	return false
}

// surrogate reports whether s starts with an escape of the first or the second half of a pair.
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
