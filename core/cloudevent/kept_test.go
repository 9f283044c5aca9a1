package cloudevent

import (
	"fmt"
	"testing"

	"github.com/tidwall/gjson"

	"sendbridge/core"
	"sendbridge/core/fault"
)

// Each slot keeps its own value, in whatever order the slots are used. The zero slot keeps nothing.
func TestASlotIsLookedUpOnce(t *testing.T) {
	for _, order := range [][]Slot{{1}, {2, 1}, {1, 2, 3}, {3, 1, 8, 9, 64}, {64, 9, 8, 1}, {1, 8, 9, 20, 64, 65}} {
		var v View
		looks := 0
		for range 3 {
			for _, s := range order {
				got := v.Kept(s, func() gjson.Result {
					looks++
					return gjson.Parse(fmt.Sprint(100 + int(s)))
				})
				if got.Raw != fmt.Sprint(100+int(s)) {
					t.Errorf("slots %v: slot %d has %q", order, s, got.Raw)
				}
			}
		}
		if looks != len(order) {
			t.Errorf("slots %v were looked up %d times", order, looks)
		}
	}
	var v View
	for want := range 3 {
		if got := v.Kept(0, func() gjson.Result { return gjson.Parse(fmt.Sprint(want)) }); got.Int() != int64(want) {
			t.Errorf("the zero slot has %s, want %d", got.Raw, want)
		}
	}
}

// A fault that one rule finds applies to each rule that uses the slot, and to no other.
func TestAFaultIsKeptWithItsSlot(t *testing.T) {
	var v View
	why, before := DuplicateName("$.data.a"), DuplicateName("$.data.b")
	invalid := func() gjson.Result {
		v.Distrust(why)
		return gjson.Parse("1")
	}
	valid := func() gjson.Result { return gjson.Parse("2") }
	for i := range 3 {
		v.Kept(1, invalid)
		if got := v.TakeDistrust(); got != why {
			t.Errorf("use %d of the invalid slot: %v", i, got)
		}
		v.Kept(2, valid)
		if got := v.TakeDistrust(); got != nil {
			t.Errorf("use %d of the valid slot: %v", i, got)
		}
	}
	for slot, look := range map[Slot]func() gjson.Result{1: invalid, 2: valid, 3: invalid, 4: valid} {
		v.Distrust(before)
		v.Kept(slot, look)
		if got := v.TakeDistrust(); got != before {
			t.Errorf("slot %d hides an earlier fault: %v", slot, got)
		}
	}
	v.Kept(3, valid)
	if got := v.TakeDistrust(); got != why {
		t.Errorf("a fault that was found after another one: %v", got)
	}
}

// The View itself has room for the data of a small event, so its values cost no allocation.
func TestValuesOfASmallEventCostNoAllocation(t *testing.T) {
	e, err := DecodeEvent([]byte(`{` + minimal + `,"data":{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":10,"k":11,"l":12}}`))
	if err != nil {
		t.Fatal(err)
	}
	r := &core.Record{Event: e}
	var sum int64
	var why *fault.Error
	count := func(read bool) float64 {
		return testing.AllocsPerRun(100, func() {
			v, err := NewView(r)
			if err != nil {
				t.Fatal(err)
			}
			if read {
				found, _, _ := v.Member(v.Data.JSON, "l")
				sum += v.Kept(1, func() gjson.Result { return found }).Int()
				why = v.TakeDistrust()
			}
		})
	}
	if without, with := count(false), count(true); with != without {
		t.Errorf("a view costs %v allocations, with its values %v", without, with)
	}
	for _, s := range []Slot{1, 2, 7, 8, 9, 16, 64} {
		var v View
		use := func() { v.Kept(s, func() gjson.Result { return gjson.Result{} }) }
		if use(); testing.AllocsPerRun(100, use) != 0 {
			t.Errorf("slot %d costs an allocation at each use", s)
		}
	}
	if sum != 101*12 || why != nil {
		t.Errorf("the sum of the values is %d, %v", sum, why)
	}
}
