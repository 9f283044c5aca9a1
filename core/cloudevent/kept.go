package cloudevent

import (
	"github.com/tidwall/gjson"

	"sendbridge/core/fault"
)

// A Slot is where a View keeps what a path finds in the event's data, so that the rules that share the path look once. The
// zero Slot keeps nothing.
type Slot int

// A kept is what a path found.
type kept struct {
	known    bool
	json     gjson.Result // what is not there does not exist
	distrust *fault.Error // why what was looked at can't be trusted
}

// Kept returns what look finds for the event, and looks once an event and slot. Look must find the same each time it is
// called for one slot. What makes a rule distrust the event does so for each rule that asks.
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

// makeRoomFor has room for a slot in the View itself, so that an event of few rules costs no allocation more.
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
