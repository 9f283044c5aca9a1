package inlet_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sendbridge/adapters/webhook/inlet"
)

// The page has a row for each preset, and one for nothing else.
func TestThePageListsEachPreset(t *testing.T) {
	page, err := os.ReadFile("../../../docs/webhooks.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, ok := strings.Cut(string(page), "\n## Senders\n")
	_, section, _ = strings.Cut(section, "\n|---|") // below the table's head
	section, _, ends := strings.Cut(section, "\n## ")
	if !ok || !ends {
		t.Fatal("no such section")
	}
	var listed []string
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z]+)` \\| (.*) \\|$").FindAllStringSubmatch(section, -1) {
		listed = append(listed, row[1])
		if cells := strings.Split(row[2], " | "); len(cells) != 3 || slices.Contains(cells, "") {
			t.Errorf("%s: %q, want what to type, what the sender redelivers and what tested it", row[1], cells)
		}
	}
	want := inlet.PresetNames()
	slices.Sort(want)
	slices.Sort(listed)
	if !slices.Equal(listed, want) {
		t.Errorf("the page lists %q, the code has %q", listed, want)
	}
}
