package cloudevent

// fewNames are compared with one another, more of them by a map.
const fewNames = 16

// names are those that an object was found to have.
type names struct {
	few   [fewNames]string
	count int
	more  map[string]bool // all of them; nil for few
}

// add says whether the name is a new one.
func (n *names) add(name string) bool {
	if n.more != nil {
		known := n.more[name]
		n.more[name] = true
		return !known
	}
	for _, known := range n.few[:n.count] {
		if known == name {
			return false
		}
	}
	if n.count < fewNames {
		n.few[n.count] = name
		n.count++
		return true
	}
	n.more = make(map[string]bool, 2*fewNames)
	for _, known := range n.few {
		n.more[known] = true
	}
	n.more[name] = true
	return true
}
