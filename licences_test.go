package sendbridge_test

import (
	"io/fs"
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// licences maps each licence to a text that only it contains.
var licences = []struct{ name, text string }{
	{"Apache-2.0", "www.apache.org/licenses/"}, // yaml.v3 only refers to the licence by this address, which the full text contains, too
	{"MIT", "The above copyright notice and this permission notice"},
	{"MIT-0", "Permission is hereby granted, free of charge"},
	{"BSD-3-Clause", "Neither the name of"},
	{"BSD-2-Clause", "Redistributions of source code must retain"},
}

// strictVariant maps a permissive licence to a stricter one that contains its text. It counts only if the text occurs more
// often.
var strictVariant = map[string]string{"MIT-0": "MIT", "BSD-2-Clause": "BSD-3-Clause"}

var (
	licenceFile = regexp.MustCompile(`(?i)^(licen[cs]e|copying)([-.]|$)`)
	patentFile  = regexp.MustCompile(`^PATENTS$`)
	noticeFile  = regexp.MustCompile(`(?i)^notice(\.txt|\.md)?$`)
	// pointerFile matches files that say which other file applies to which part of a module.
	pointerFile = regexp.MustCompile(`^LICENSE-SUMMARY$`)
	blanks      = regexp.MustCompile(`\s+`)
)

// licencesOf returns the names of all licences that a licence file of the module contains.
func licencesOf(t *testing.T, m module) []string {
	t.Helper()
	var names []string
	for file, text := range textsOf(t, m, licenceFile) {
		found := licencesIn(text)
		if len(found) == 0 && !pointerFile.MatchString(path.Base(file)) {
			t.Errorf("%s: the licence in %s is not known here", m.Path, file)
		}
		names = append(names, found...)
	}
	if len(names) == 0 {
		t.Errorf("%s has no licence", m.Path)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

func licencesIn(text string) []string {
	text = blanks.ReplaceAllString(text, " ")
	counts := make(map[string]int)
	for _, l := range licences {
		counts[l.name] = strings.Count(text, l.text)
	}
	var names []string
	for _, l := range licences {
		if counts[l.name] > counts[strictVariant[l.name]] {
			names = append(names, l.name)
		}
	}
	return names
}

// textsOf returns the texts of the module's files with such a name, by path. A part of a module may have its own licence.
func textsOf(t *testing.T, m module, name *regexp.Regexp) map[string]string {
	t.Helper()
	texts := make(map[string]string)
	root := os.DirFS(m.Dir)
	err := fs.WalkDir(root, ".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".github" || d.Name() == "testdata") {
			return fs.SkipDir
		}
		if d.IsDir() || !name.MatchString(d.Name()) || path.Ext(file) == ".go" {
			return nil
		}
		text, err := fs.ReadFile(root, file)
		texts[file] = strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

func TestEveryLicenceOfATextIsNamed(t *testing.T) {
	const (
		mit0   = "Permission is hereby granted, free of\ncharge, to any person"
		mit    = mit0 + "\nThe above copyright notice and this permission notice shall"
		bsd2   = "Redistributions of source code must retain the above"
		bsd3   = bsd2 + "\nNeither the name of"
		apache = "http://www.apache.org/licenses/LICENSE-2.0"
	)
	for text, want := range map[string]string{
		mit: "MIT", mit0: "MIT-0", bsd2: "BSD-2-Clause", bsd3: "BSD-3-Clause", apache: "Apache-2.0", "all rights reserved": "",
		bsd3 + "\n" + apache + "\n" + mit: "Apache-2.0 MIT BSD-3-Clause",
		mit + "\n" + mit0:                 "MIT MIT-0",
		bsd2 + "\n" + bsd3:                "BSD-3-Clause BSD-2-Clause",
	} {
		if got := strings.Join(licencesIn(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
