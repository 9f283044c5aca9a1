package strictyaml

import "strings"

// advices maps the beginnings of the parser's messages to what the user should do. The first match counts.
var advices = [...]struct{ begins, advice string }{
	{"invalid header option", `without quotes > and | start a block of text: write a comparison in quotes, as in [">", 3]`},
	{"found character '\t'", "indent with spaces: YAML does not allow tabs"},
	{"could not find flow mapping end", "the closing } is missing: add it, or put the text in quotes"},
	{"could not find flow map content", "put a text that begins with { in quotes"},
	{"could not find end character", "the closing quote is missing: add it"},
	{"',' or ']'", "separate the values between [ and ] with commas and close the list with ]; put a text with brackets or commas in quotes"},
	{"',' or '}'", "separate the pairs between { and } with commas and close the mapping with }; put a text with braces, such as ${$.id}, in quotes"},
	{"mapping value is not allowed", "put a text with a colon and a space in quotes, and start all keys of one mapping in the same column"},
	{"value is not allowed", "start all keys of one mapping in the same column"},
	{"unexpected key name", "write a colon and a space after a key, as in topic: a/b"},
	{"'@'", "put a text that begins with this character in quotes"},
	{"'`'", "put a text that begins with this character in quotes"},
	{"found unknown escape", "put the text in single quotes, where a backslash is a backslash"},
}

func adviceOn(message string) string {
	for _, a := range advices {
		if strings.HasPrefix(message, a.begins) {
			return a.advice
		}
	}
	return "check quotes, brackets and indentation here"
}
