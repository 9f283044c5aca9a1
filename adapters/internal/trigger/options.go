package trigger

// Generic is the name of the source of payloads that no other source matches, if Options describe them.
const Generic = "generic"

// Options describe payloads that do not describe themselves. The zero value rejects them.
type Options struct {
	Trigger string // the name of a source that cannot be recognised by its payloads; empty means generic if Type is set
	Source  string // CloudEvents source of events without one; empty means the function
	Type    string // CloudEvents type of generic events

	Triggers []string // the function's triggers, see Table.Listed
}
