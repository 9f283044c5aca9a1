package pattern

// Demands says whether an event that matches always has something at a path of names, or below it. Only what a pattern
// over an event says itself counts.
func (p *Pattern) Demands(path ...string) bool {
	return p != nil && !p.element && demands(p.root.fields, path)
}

// demands asks a level whose names are those that path begins with.
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
