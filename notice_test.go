package sendbridge_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

var update = flag.Bool("update", false, "write NOTICE and THIRD_PARTY_LICENSES again")

const noticeHead = `Sendbridge
Copyright 2026 the authors of Sendbridge

The binaries link the modules below, each under the licences named. Their texts are in THIRD_PARTY_LICENSES.

`

// NOTICE lists each module that a binary links, with its licences, and repeats the modules' own NOTICE files, as the
// Apache licence demands. Run with -update after a change of dependencies.
func TestNoticeListsWhatIsLinked(t *testing.T) {
	linked := linkedModules(t)
	var want strings.Builder
	want.WriteString(noticeHead)
	for _, m := range sortedModules(linked) {
		fmt.Fprintf(&want, "%s %s, %s: %s\n", m.Path, m.Version, strings.Join(licencesOf(t, m), " and "), strings.Join(linked[m], " "))
	}
	writeTexts(&want, collectTexts(t, linked, noticeFile))
	checkFile(t, "NOTICE", want.String())
}

const licencesHead = `The licences of the modules that Sendbridge's binaries link. NOTICE says which binary links which module.
`

// THIRD_PARTY_LICENSES has the text of each licence once, under the names of all files that contain it.
func TestThirdPartyLicensesAreWhatIsLinked(t *testing.T) {
	linked := linkedModules(t)
	var want strings.Builder
	want.WriteString(licencesHead)
	writeTexts(&want, collectTexts(t, linked, licenceFile, patentFile))
	checkFile(t, "THIRD_PARTY_LICENSES", want.String())
}

// linkedModules returns the modules with the binaries that link them.
func linkedModules(t *testing.T) map[module][]string {
	t.Helper()
	all, err := deployed()
	if err != nil {
		t.Fatal(err)
	}
	moduleOf := make(map[string]module, len(all))
	for _, p := range all {
		if p.Module != nil && p.Module.Path != "sendbridge" {
			moduleOf[p.ImportPath] = *p.Module
		}
	}
	linked := make(map[module][]string)
	for _, name := range []string{"http", "fc", "lambda", "sendbridge"} {
		main := slices.IndexFunc(all, func(p linkedPackage) bool { return p.ImportPath == "sendbridge/functions/"+name })
		seen := make(map[module]bool)
		for _, dep := range all[main].Deps {
			if m, ok := moduleOf[dep]; ok && !seen[m] {
				seen[m] = true
				linked[m] = append(linked[m], name)
			}
		}
		if len(seen) < 5 {
			t.Fatalf("%s links %d modules", name, len(seen))
		}
	}
	return linked
}

func sortedModules(linked map[module][]string) []module {
	return slices.SortedFunc(maps.Keys(linked), func(a, b module) int { return strings.Compare(a.Path, b.Path) })
}

// collectTexts returns each text once, with the modules' files that contain it.
func collectTexts(t *testing.T, linked map[module][]string, names ...*regexp.Regexp) map[string][]string {
	t.Helper()
	files := make(map[string][]string) // by text
	for _, m := range sortedModules(linked) {
		for _, name := range names {
			texts := textsOf(t, m, name)
			for _, file := range slices.Sorted(maps.Keys(texts)) {
				files[texts[file]] = append(files[texts[file]], m.Path+": "+file)
			}
		}
	}
	return files
}

// writeTexts writes the texts in the order of the first file that contains each.
func writeTexts(w *strings.Builder, files map[string][]string) {
	byFile := slices.SortedFunc(maps.Keys(files), func(a, b string) int { return strings.Compare(files[a][0], files[b][0]) })
	for _, text := range byFile {
		fmt.Fprintf(w, "\n%s\n\n%s\n\n%s\n", strings.Repeat("=", 80), strings.Join(files[text], "\n"), text)
	}
}

// checkFile compares a generated file with what it should be, or writes it with -update.
func checkFile(t *testing.T, name, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what the binaries link: go test . -run 'Notice|ThirdParty' -update", name)
	}
}

type module struct{ Path, Version, Dir string }

type linkedPackage struct {
	ImportPath string
	Module     *module
	Deps       []string
}

// deployed is what go list says of the binaries, asked once: for what is deployed, on whatever machine this runs.
var deployed = sync.OnceValues(func() ([]linkedPackage, error) {
	return goList[linkedPackage]([]string{"GOOS=linux", "GOARCH=amd64"}, "-deps", "-json=ImportPath,Module,Deps", "./functions/http", "./functions/fc", "./functions/lambda", "./functions/sendbridge")
})
