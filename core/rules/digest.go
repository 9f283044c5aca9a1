package rules

import "crypto/sha256"

// A Digest stands for what a rule says about its messages: unwrap, vars, each, topic and payload. Two rules of one name may
// make different messages of an event if they are in different files, and then they have different digests.
type Digest [16]byte

func digestOf(text string) Digest {
	sum := sha256.Sum256([]byte(text))
	return Digest(sum[:])
}

// Digest returns that of the rule with a name, and the zero Digest if there is no such rule.
func (s *Set) Digest(name string) Digest {
	if s == nil || s.byName[name] == nil {
		return Digest{}
	}
	return s.byName[name].digest
}
