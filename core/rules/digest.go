package rules

import "crypto/sha256"

// A Digest identifies the parts of a rule that make its messages: unwrap, vars, each, topic and payload. Two rules with the
// same name in different files may make different messages of an event, and then have different digests.
type Digest [16]byte

func digestOf(text string) Digest {
	sum := sha256.Sum256([]byte(text))
	return Digest(sum[:])
}

// Digest returns the digest of the rule with a name, or the zero Digest if there is no such rule.
func (s *Set) Digest(name string) Digest {
	if s == nil || s.byName[name] == nil {
		return Digest{}
	}
	return s.byName[name].digest
}
