package rules_test

import (
	"fmt"
	"time"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/rules"
)

const doorRules = `
rules:
  - name: door
    pattern: {type: [com.example.door], data: {open: [true]}}
    topic: "site/${$.data.site}/door"
    payload: {template: '{"id": "${$.id}", "open": ${$.data.open}}'}
`

func exampleRecord(data string) *core.Record {
	e, err := cloudevent.DecodeEvent([]byte(`{"specversion":"1.0","id":"7","source":"/s","type":"com.example.door","data":` + data + `}`))
	return &core.Record{Event: e, Err: err, Ingress: "http:/"}
}

func ExampleParse() {
	set, err := rules.Parse("door.yaml", []byte(doorRules))
	fmt.Println(set.Names(), err)
	// Output: [door] <nil>
}

// Each mistake has its line and column, and says what to write instead.
func ExampleParse_mistakes() {
	_, err := rules.Parse("door.yaml", []byte("rules:\n  - topci: a/b\n    payload: original\n"))
	fmt.Println(err)
	// Output: door.yaml:2:5: "topci" is not a key of a rule: did you mean "topic"? write one of name, pattern, vars, unwrap, each, where, topic, payload, maximumEventAgeInSeconds
}

func ExampleSet_Plans() {
	set, _ := rules.Parse("door.yaml", []byte(doorRules))
	plans, _ := set.Plans(exampleRecord(`{"open": true, "site": "north"}`), time.Now())
	for _, d := range plans[0].Deliveries {
		fmt.Println(d.Topic, d.Payload)
	}
	// Output: site/north/door {"id": "7", "open": true}
}

// The plan of a rule that does not match says which clause failed and the event's value there.
func ExampleSet_Plans_mismatch() {
	set, _ := rules.Parse("door.yaml", []byte(doorRules))
	plans, _ := set.Plans(exampleRecord(`{"open": false, "site": "north"}`), time.Now())
	fmt.Println(plans[0].Mismatch)
	// Output: $.data.open: wants [true], has false
}

// A value cannot add a level to a topic, so the sender of an event does not choose its topic.
func ExampleSet_Plans_hostile() {
	set, _ := rules.Parse("door.yaml", []byte(doorRules))
	plans, _ := set.Plans(exampleRecord(`{"open": true, "site": "north/#"}`), time.Now())
	fmt.Println(plans[0].Deliveries[0].Err)
	// Output: rule "door": ${$.data.site}: '#' in "north/#": a topic must be UTF-8 without + # % and control characters; ${slug:…} and ${hash:…} make a level of any text
}

func ExampleTopicRule() {
	set, _ := rules.TopicRule("events/${$.type}")
	plans, _ := set.Plans(exampleRecord(`{}`), time.Now())
	fmt.Println(plans[0].Deliveries[0].Topic)
	// Output: events/com.example.door
}
