package trigger

// Generic is the name of the source that takes what no other recognises, if Options say what it is.
const Generic = "generic"

// Options say what payloads are that don't say it themselves. The zero value refuses them.
type Options struct {
	Trigger string // the name of a source that can't be told by its payloads; empty is generic where Type is set
	Source  string // CloudEvents source of events that name none; empty is the function
	Type    string // CloudEvents type of generic events

	Triggers []string // the function's own, see Table.Listed
}
