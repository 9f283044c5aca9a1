package strictyaml

import "strings"

// advices are what to do about the parser's messages, by how these begin. The first that fits counts.
var advices = [...]struct{ begins, advice string }{
	{"invalid header option", `without quotes > and | start a block of text: write a comparison in quotes, as in [">", 3]`},
	{"found character '\t'", "indent with spaces, YAML takes no tabs"},
	{"could not find flow mapping end", "this { has no }: add it, or put the text in quotes"},
	{"could not find flow map content", "a text that begins with { goes in quotes"},
	{"could not find end character", "this quote has no end: close it"},
	{"',' or ']'", "values between [ and ] have commas between them and a ] at the end; a text with brackets or commas goes in quotes"},
	{"',' or '}'", "pairs between { and } have commas between them and a } at the end; a text with braces, such as ${$.id}, goes in quotes"},
	{"mapping value is not allowed", "a text with a colon and a space goes in quotes, and the keys of one mapping start in one column"},
	{"value is not allowed", "the keys of one mapping start in one column"},
	{"unexpected key name", "a key has a colon and a space after it, as in topic: a/b"},
	{"'@'", "a text that begins with this character goes in quotes"},
	{"'`'", "a text that begins with this character goes in quotes"},
	{"found unknown escape", "put the text in single quotes, where a backslash is a backslash"},
}

func adviceOn(message string) string {
	for _, a := range advices {
		if strings.HasPrefix(message, a.begins) {
			return a.advice
		}
	}
	return "look at quotes, brackets and indentation at this place"
}
