package trigger_test

import (
	"testing"

	"sendbridge/adapters/internal/trigger"
	"sendbridge/core"
)

func TestTriggersThatAreNotListedAreClaimed(t *testing.T) {
	const doors = "arn:aws:sqs:us-east-1:123456789012:doors"
	for _, tt := range []struct {
		ingress  string
		triggers []string
		want     string
	}{
		{"lambda:" + doors, nil, "lambda:" + doors},
		{"lambda:" + doors, []string{doors}, "lambda:" + doors},
		{"lambda:" + doors, []string{"eventbridge", doors}, "lambda:" + doors},
		{"lambda:" + doors + "2", []string{doors}, "lambda:claimed:" + doors + "2"},
		{"lambda:" + doors, []string{"arn:aws:sqs:us-east-1:123456789012:*"}, "lambda:" + doors},
		{"lambda:" + doors, []string{"arn:aws:sqs:us-east-1:999999999999:*"}, "lambda:claimed:" + doors},
		{"lambda:generic", []string{doors}, "lambda:claimed:generic"},
		{"lambda:generic", []string{"generic"}, "lambda:generic"},
		{"lambda:claimed:" + doors, []string{"x"}, "lambda:claimed:" + doors},
		{"http:/in/github", []string{doors}, "http:/in/github"},
	} {
		table := trigger.Table{{Name: "any", Decode: func([]byte, core.Invocation) ([]core.Record, error) {
			return []core.Record{{Ingress: tt.ingress}}, nil
		}}}
		records, err := table.Listed("lambda:", tt.triggers).Of(nil).Decode(nil, core.Invocation{})
		if err != nil || records[0].Ingress != tt.want {
			t.Errorf("%s of %q: %s, %v; want %s", tt.ingress, tt.triggers, records[0].Ingress, err, tt.want)
		}
	}
}
