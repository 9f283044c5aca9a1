package rules

import "sendbridge/core/internal/strictyaml"

// What the readers of a file's sections read, and what they note.
type (
	Node     = strictyaml.Node     // a value of the file
	Entry    = strictyaml.Entry    // a key of a mapping with its value
	Mistake  = strictyaml.Mistake  // one thing that is wrong in the file
	Mistakes = strictyaml.Mistakes // all that is wrong in it: what Parse's error is
)
