package bridge

import "testing"

// The texts of an event may contain any character, so the key separates them safely.
func TestDedupKeySeparatesItsTexts(t *testing.T) {
	for name, pair := range map[string][2]MessageHash{
		"way in and source": {
			hashOf(&dedupKey{ingress: "a:b", source: "c"}, "r", -1), hashOf(&dedupKey{ingress: "a", source: "b:c"}, "r", -1)},
		"source and id": {
			hashOf(&dedupKey{source: "/s:1", id: "2"}, "r", -1), hashOf(&dedupKey{source: "/s", id: "1:2"}, "r", -1)},
		"source and id, nothing between": {
			hashOf(&dedupKey{source: "/s1", id: "2"}, "r", -1), hashOf(&dedupKey{source: "/s", id: "12"}, "r", -1)},
		"source and id, with what looks like a length": {
			hashOf(&dedupKey{source: "/s1:a", id: "b"}, "r", -1), hashOf(&dedupKey{source: "/s", id: "a1:b"}, "r", -1)},
		"id and type": {
			hashOf(&dedupKey{id: "1:a", kind: "b"}, "r", -1), hashOf(&dedupKey{id: "1", kind: "a:b"}, "r", -1)},
		"type and subject": {
			hashOf(&dedupKey{kind: "t:u", subject: ""}, "r", -1), hashOf(&dedupKey{kind: "t", subject: "u:"}, "r", -1)},
		"subject and rule": {
			hashOf(&dedupKey{subject: "s:a"}, "b", -1), hashOf(&dedupKey{subject: "s"}, "a:b", -1)},
		"elements":   {hashOf(&dedupKey{id: "1"}, "r", 1), hashOf(&dedupKey{id: "1"}, "r", 11)},
		"no element": {hashOf(&dedupKey{id: "1"}, "r", -1), hashOf(&dedupKey{id: "1"}, "r", 0)},
		"the data":   {hashOf(&dedupKey{data: [32]byte{31: 1}}, "r", -1), hashOf(&dedupKey{}, "r", -1)},
	} {
		if pair[0] == pair[1] {
			t.Errorf("%s run together", name)
		}
	}
	if hashOf(&dedupKey{source: "/s", id: "1"}, "r", 7) != hashOf(&dedupKey{source: "/s", id: "1", retry: true}, "r", 7) {
		t.Error("the same message has two hashes")
	}
}
