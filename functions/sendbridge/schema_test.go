package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"sendbridge/adapters/webhook/inlet"
	"sendbridge/functions"
)

// printedSchema returns the schema that the command prints, compiled.
func printedSchema(t *testing.T) *jsonschema.Schema {
	t.Helper()
	code, out, errors := command(t, "", nil, "schema")
	if code != 0 {
		t.Fatalf("%d %s", code, errors)
	}
	document, err := jsonschema.UnmarshalJSON(strings.NewReader(out))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("sendbridge.schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := c.Compile("sendbridge.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

func validBySchema(t *testing.T, schema *jsonschema.Schema, src string) error {
	t.Helper()
	asJSON, err := yaml.YAMLToJSON([]byte(src))
	if err != nil {
		t.Fatalf("%v\n%s", err, src)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(asJSON)))
	if err != nil {
		t.Fatal(err)
	}
	return schema.Validate(value)
}

// rulesOfTheTree returns all rules files and all rules on pages, by their position.
func rulesOfTheTree(t *testing.T) map[string]string {
	t.Helper()
	found := make(map[string]string)
	err := filepath.WalkDir("../..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && (d.Name() == ".git" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		ext := filepath.Ext(path)
		if d.IsDir() || ext != ".yaml" && ext != ".yml" && ext != ".md" {
			return nil
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if ext != ".md" {
			found[path] = string(text)
			return nil
		}
		for i, block := range strings.Split(string(text), "```") {
			if yaml, ok := strings.CutPrefix(block, "yaml\n"); ok && i%2 == 1 {
				found[path+": "+yaml[:min(len(yaml), 60)]] = yaml
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for path, text := range found {
		if _, err := functions.ParseRules(path, []byte(text)); err != nil {
			delete(found, path)
		}
	}
	return found
}

func TestSchemaAcceptsEachRulesFileOfTheTree(t *testing.T) {
	schema, files := printedSchema(t), rulesOfTheTree(t)
	if len(files) < 5 {
		t.Fatalf("only %d rules files", len(files))
	}
	for path, text := range files {
		if err := validBySchema(t, schema, text); err != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// Each mistake stands next to a correct variant. The schema and the parser agree on both.
func TestSchemaAgreesWithTheParser(t *testing.T) {
	schema := printedSchema(t)
	const rule = "rules: [{topic: abc, payload: original}]\n"
	for _, c := range []struct {
		src  string
		good bool
	}{
		{rule, true},
		{"rules: []", false},
		{"rulez: [{topic: abc, payload: original}]", false},
		{"rules: [{payload: original}]", false},
		{"rules: [{topic: abc}]", false},
		{"rules: [{topic: abc, payload: original, patern: {source: [a]}}]", false},
		{"rules: [{topic: 5, payload: original}]", false},
		{"rules: [{topic: abc, payload: orignal}]", false},
		{"rules: [{topic: abc, payload: {template: a, constant: b}}]", false},
		{"rules: [{topic: abc, payload: {base64: true}}]", false},
		{"rules: [{topic: abc, payload: {constant: b, json: true}}]", false},
		{"rules: [{topic: abc, payload: {constant: {a: [1]}, base64: true}}]", true},
		{"rules: [{topic: abc, payload: original, pattern: {source: a}}]", false},
		{"rules: [{topic: abc, payload: original, pattern: {source: [{prefx: a}]}}]", false},
		{"rules: [{topic: abc, payload: original, pattern: {source: [{prefix: [a, b], suffix: {equals-ignore-case: c}}]}}]", true},
		{"rules: [{topic: abc, payload: original, pattern: {data: {n: [{exists: yes}]}}}]", false},
		{"rules: [{topic: abc, payload: original, pattern: {data: {n: [{numeric: ['~', 5]}]}}}]", false},
		{"rules: [{topic: abc, payload: original, pattern: {data: {n: [{anything-but: {cidr: 10.0.0.0/8}}]}}}]", false},
		{"rules: [{topic: abc, payload: original, pattern: {data: {n: [{anything-but: {wildcard: 'a*'}}, 1, null]}}}]", true},
		{"rules: [{topic: abc, payload: original, pattern: {$or: [{type: [a]}]}}]", false},
		{"rules: [{topic: abc, payload: original, pattern: {$or: [{type: [a]}, {data: {n: [1]}}]}}]", true},
		{"rules: [{topic: abc, payload: original, where: {a: [b]}}]", false},
		{"rules: [{topic: abc, payload: original, maximumEventAgeInSeconds: 0}]", false},
		{"rules: [{topic: 'a/${x}', payload: original, vars: {x: {match: b}}}]", false},
		{"rules: [{topic: 'a/${x}', payload: original, vars: {x: {path: $.time, format: iso}}}]", false},
		{"rules: [{topic: 'a/${x}', payload: original, vars: {x: {path: $.time, format: unix}}}]", true},
		{rule + "inlets: {a: {verify: github, secretEnv: S}}", true},
		{rule + "inlets: {a: {verify: github}}", false},
		{rule + "inlets: {a: {verify: githup, secretEnv: S}}", false},
		{rule + "inlets: {a: {secretEnv: S}}", false},
		{rule + "inlets: {A: {verify: github, secretEnv: S}}", false},
		{rule + "inlets: {a: {verify: github, secretEnv: S, header: X}}", false},
		{rule + "inlets: {a: {verify: bearer, secretEnv: S}}", false},
		{rule + "inlets: {a: {verify: bearer, secretEnv: S, type: t, subject: {header: X}}}", true},
		{rule + "inlets: {a: {verify: hmac, secretEnv: S, type: t}}", false},
		{rule + "inlets: {a: {verify: none, type: t}}", false},
	} {
		_, parser := functions.ParseRules("f.yaml", []byte(c.src))
		if err := validBySchema(t, schema, c.src); (err == nil) != c.good || (parser == nil) != c.good {
			t.Errorf("%s\nschema: %v\nparser: %v\nwant good: %t", c.src, err, parser, c.good)
		}
	}
}

// The schema lists each sender that the inlets know.
func TestSchemaHasEachSender(t *testing.T) {
	_, out, _ := command(t, "", nil, "schema")
	for _, name := range inlet.PresetNames() {
		if !strings.Contains(out, `"const": "`+name+`"`) {
			t.Errorf("%s is missing", name)
		}
	}
}
