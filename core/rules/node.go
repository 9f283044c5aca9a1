package rules

import "sendbridge/core/internal/strictyaml"

// These types are the interface between Parse and the sections of a file.
type (
	Node     = strictyaml.Node     // a value of the file
	Entry    = strictyaml.Entry    // a key of a mapping with its value
	Mistake  = strictyaml.Mistake  // one mistake in the file
	Mistakes = strictyaml.Mistakes // all mistakes in the file: the type of Parse's error
)
