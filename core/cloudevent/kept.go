package cloudevent

import (
	"github.com/tidwall/gjson"

	"sendbridge/core/fault"
)

// A Slot is a place in a View that caches the value at a path of the event's data, so that rules with the same path look it
// up once. The zero Slot caches nothing.
type Slot int

// A kept is the cached value of a path.
type kept struct {
	known    bool
	json     gjson.Result // does not exist if there is no value
	distrust *fault.Error // set if the event is invalid where look has read it
}

// Kept returns the result of look, which it calls once an event and slot. look must return the same each time for one slot.
// A fault that look has found applies to every rule that uses the slot.
func (v *View) Kept(s Slot, look func() gjson.Result) gjson.Result {
	if s == 0 {
		return look()
	}
	v.makeRoomFor(s)
	k := &v.kept[s-1]
	if !k.known {
		before := v.distrust
		v.distrust = nil
		*k = kept{known: true, json: look()}
		k.distrust, v.distrust = v.distrust, before
	}
	if k.distrust != nil {
		v.Distrust(k.distrust)
	}
	return k.json
}

// makeRoomFor makes room for a slot. The View itself has room for a few, so that an event of few rules costs no allocation.
func (v *View) makeRoomFor(s Slot) {
	n := int(s)
	switch {
	case n <= len(v.kept):
	case n <= len(v.fewKept):
		v.kept = v.fewKept[:]
	default:
		more := make([]kept, max(8, 2*n))
		copy(more, v.kept)
		v.kept = more
	}
}
