package pattern

// Demands reports whether every event that matches has a value at a path of names, or below it. A pattern over an element
// demands nothing.
func (p *Pattern) Demands(path ...string) bool {
	return p != nil && !p.element && demands(p.root.fields, path)
}

// demands reports whether the clauses of a level demand a path that starts at the level.
func demands(clauses []clause, path []string) bool {
	for i := range clauses {
		if clauses[i].demands(path) {
			return true
		}
	}
	return false
}

func (c *clause) demands(path []string) bool {
	switch {
	case c.alternatives != nil:
		for _, alternative := range c.alternatives {
			if !demands(alternative, path) {
				return false
			}
		}
		return true
	case len(path) > 0 && c.name != path[0]:
		return false
	case c.fields != nil:
		return demands(c.fields, path[min(1, len(path)):])
	}
	return len(path) <= 1 && !c.wantsAbsent
}
