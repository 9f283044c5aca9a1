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

// fewNames are compared with one another, more of them by a map.
const fewNames = 16

// Member returns an object's value by name, comparing whole names: gjson's own paths have wildcards and modifiers that a
// name could trigger. Each object is read once an event. If it has a name twice, whichever that is, readers may see
// different values: then twice is that name, and the event is not to be trusted.
func (v *View) Member(r gjson.Result, name string) (found gjson.Result, twice string, ok bool) {
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

func (v *View) object(r gjson.Result) *object {
	at := unsafe.StringData(r.Raw)
	if v.byPlace != nil {
		if i, ok := v.byPlace[at]; ok {
			return &v.objects[i]
		}
	} else {
		for i := range v.objects {
			if v.objects[i].at == at {
				return &v.objects[i]
			}
		}
	}
	v.objects = append(v.objects, object{at: at})
	o := &v.objects[len(v.objects)-1]
	if len(v.objects) == 1 {
		o.members = v.fewMembers[:0]
	}
	o.read(r)
	v.remember()
	return o
}

// remember keeps the way to find objects short.
func (v *View) remember() {
	last := len(v.objects) - 1
	switch {
	case v.byPlace != nil:
		v.byPlace[v.objects[last].at] = last
	case len(v.objects) > scanned:
		v.byPlace = make(map[*byte]int, 2*len(v.objects))
		for i := range v.objects {
			v.byPlace[v.objects[i].at] = i
		}
	}
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
