package trigger

import (
	"fmt"
	"slices"
	"strings"
)

// Generic is the name of the source that takes what no other recognises, if Options say what it is.
const Generic = "generic"

// Options say what payloads are that don't say it themselves. The zero value refuses them.
type Options struct {
	Trigger string // the name of a source that can't be told by its payloads; empty is generic where Type is set
	Source  string // CloudEvents source of events that name none; empty is the function
	Type    string // CloudEvents type of generic events

	Triggers []string // the function's own, see Table.Listed
}

// Check returns an error that lists what is allowed for a Trigger that is not among triggers.
func (o *Options) Check(triggers []string) error {
	if o.Trigger != "" && !slices.Contains(triggers, o.Trigger) {
		return fmt.Errorf("trigger %q: want %s", o.Trigger, strings.Join(triggers, ", "))
	}
	if o.Trigger == Generic && o.Type == "" {
		return fmt.Errorf("trigger %q needs a type: that of the CloudEvents which it makes", o.Trigger)
	}
	return nil
}
