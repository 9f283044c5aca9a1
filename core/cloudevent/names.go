package cloudevent

// fewNames is the number of names up to which they are compared directly. A map compares more.
const fewNames = 16

// names are the names that were found in an object.
type names struct {
	few   [fewNames]string
	count int
	more  map[string]bool // all names; nil up to fewNames
}

// add adds a name and reports whether it is new.
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
