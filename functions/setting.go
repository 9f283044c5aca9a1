package functions

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"text/tabwriter"
)

// A Setting describes one variable for people.
type Setting struct {
	Name, Default, Meaning string
}

// Settings lists every variable of Config in order.
func Settings() []Setting {
	var list []Setting
	for _, f := range fields() {
		s := Setting{Name: f.Tag.Get("env"), Default: f.Tag.Get("envDefault"), Meaning: f.Tag.Get("help")}
		if s.Default == "" {
			s.Default = f.Tag.Get("unset")
		}
		list = append(list, s)
	}
	return list
}

// WriteSettings prints the settings for a terminal.
func WriteSettings(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range Settings() {
		fmt.Fprintf(t, "  %s\t%s\n", s.Name, s.Meaning)
		if s.Default != "" {
			fmt.Fprintf(t, "  \tdefault: %s\n", s.Default)
		}
	}
	return t.Flush()
}

// MarkdownSettings returns the settings as a table for docs/settings.md.
func MarkdownSettings() string {
	var b strings.Builder
	b.WriteString("| variable | default | meaning |\n|---|---|---|\n")
	for _, s := range Settings() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", s.Name, s.Default, s.Meaning)
	}
	return b.String()
}

func fields() []reflect.StructField {
	return reflect.VisibleFields(reflect.TypeFor[Config]())
}
