package inlet

import "sendbridge/core/rules"

// hmacKeys are the keys of a composition.
var hmacKeys = []key{
	{name: "header", want: "write the name of the header that contains the signature", read: readText},
	{name: "hash", read: readWord("sha256", "sha512", "sha384", "sha1")},
	{name: "encoding", read: readWord("hex", "base64")},
	{name: "prefix", read: readText},
	{name: "separator", read: readText},
	{name: "signed", read: readSigned},
	{name: "timestamp", read: readSigned},
	toleranceKey,
	{name: "secretEncoding", read: readWord("text", "hex", "base64")},
	{name: "url", read: readURL},
}

var (
	toleranceKey = key{name: "tolerance", read: readTolerance}
	urlKey       = key{name: "url", want: "write the address that the sender calls, which its signature covers", read: readURL}
)

func readSigned(n rules.Node, key string, _ *Spec) []string {
	text := n.Text(key)
	if _, err := parseSigned(text); err != nil {
		n.Mistake("%s: %v", key, err)
	}
	return []string{text}
}

func readTolerance(n rules.Node, key string, _ *Spec) []string {
	text := n.Text(key)
	if _, err := toleranceOf(settings{key: {text}}); err != nil && text != "" {
		n.Mistake("%v", err)
	}
	return []string{text}
}

// checkComposition reports mistakes in the combination of a composition's keys.
func checkComposition(e rules.Entry, s *Spec) {
	if _, _, err := textsOf(s.settings); err != nil {
		e.Key.Mistake("inlet %q: %v", s.Name, err)
	}
}
