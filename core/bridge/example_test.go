package bridge_test

import (
	"context"
	"fmt"
	"time"

	"sendbridge/core"
	"sendbridge/core/bridge"
	"sendbridge/core/cloudevent"
	"sendbridge/core/rules"
)

// printer is a Sender that prints.
type printer struct{}

func (printer) SendMessage(_ context.Context, topic, payload string) (core.Receipt, error) {
	fmt.Println(topic, payload)
	return core.Receipt{MsgID: "5A0F"}, nil
}

func doors(ids ...string) (records []core.Record) {
	for _, id := range ids {
		e, err := cloudevent.DecodeEvent(fmt.Appendf(nil, `{"specversion":"1.0","id":%q,"source":"/s","type":"door"}`, id))
		records = append(records, core.Record{Event: e, Err: err, OrderingKey: "one"})
	}
	return records
}

func ExampleBridge_Deliver() {
	set, _ := rules.Parse("door.yaml", []byte("rules: [{topic: site/door, payload: {jsonpath: $.id}}]"))
	b := bridge.New(printer{}, set, nil)
	for _, r := range b.Deliver(context.Background(), doors("1", "2")) {
		fmt.Println(r.Outcome, r.Deliveries[0].MsgID)
	}
	// Output:
	// site/door 1
	// site/door 2
	// sent 5A0F
	// sent 5A0F
}

// An event that was sent within the window is acknowledged and not sent again.
func ExampleBridge_Deliver_again() {
	set, _ := rules.Parse("door.yaml", []byte("rules: [{topic: site/door, payload: {jsonpath: $.id}}]"))
	b := bridge.New(printer{}, set, &bridge.Options{Dedup: 5 * time.Minute})
	b.Deliver(context.Background(), doors("1"))
	fmt.Println(b.Deliver(context.Background(), doors("1"))[0].Outcome)
	// Output:
	// site/door 1
	// duplicate
}

func ExampleTally() {
	set, _ := rules.Parse("door.yaml", []byte("rules: [{pattern: {type: [window]}, topic: site/door, payload: original}]"))
	var tally bridge.Tally
	bridge.New(printer{}, set, &bridge.Options{Observe: tally.Observe}).Deliver(context.Background(), doors("1", "2"))
	counts := tally.Snapshot()
	fmt.Println(counts.Received(), counts.Events[core.Dropped])
	// Output: 2 2
}
