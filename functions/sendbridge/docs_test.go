package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sendbridge/functions"
)

// yamlBlocks returns the YAML examples of a page.
func yamlBlocks(t *testing.T, page string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", page))
	if err != nil {
		t.Fatal(err)
	}
	var blocks []string
	for _, m := range regexp.MustCompile("(?s)```yaml\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		blocks = append(blocks, m[1])
	}
	if len(blocks) == 0 {
		t.Fatalf("%s has no YAML", page)
	}
	return blocks
}

// Every rules file on the pages is valid, and nothing about it is warned of.
func TestExamplesAreRules(t *testing.T) {
	pages, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, page := range append(pages, "../../README.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range regexp.MustCompile("(?s)```yaml\n((?:rules|inlets):\n.*?)```").FindAllStringSubmatch(string(text), -1) {
			found++
			parsed, err := functions.ParseRules(page, []byte(m[1]))
			if err != nil {
				t.Error(err)
			} else if warnings := parsed.List.Warnings(); len(warnings) > 0 {
				t.Error(warnings)
			}
		}
	}
	if found < 7 {
		t.Errorf("only %d rules files on the pages", found)
	}
}

// The rules of the README pass the cases on the page about rule tests.
func TestExampleOfRuleTestsPasses(t *testing.T) {
	dir := write(t, map[string]string{
		"sendbridge.yaml": yamlBlocks(t, "README.md")[0],
		"cases.yaml":      yamlBlocks(t, "docs/rule-tests.md")[0],
	})
	if code, out, errors := command(t, "", nil, "test", filepath.Join(dir, "cases.yaml")); code != 0 || !strings.Contains(out, "3 passed, 0 failed") {
		t.Errorf("%d %s %s", code, out, errors)
	}
}

// The rules and samples on the Lambda page give the messages that it shows.
func TestExampleOfLambdaRenders(t *testing.T) {
	text, err := os.ReadFile("../../docs/lambda.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?s)\n## Deploy\n.*?cat > sendbridge.yaml <<'END'\n(.*?)END\n.*?render --as lambda --rules sendbridge.yaml (\S+)`).FindSubmatch(text)
	if m == nil {
		t.Fatal("docs/lambda.md shows no rules, or no sample")
	}
	const notified = `{"Records":[{"messageId":"1","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:x:1:q","body":"{\"Type\":\"Notification\",\"MessageId\":\"2\",\"TopicArn\":\"arn:aws:sns:x:1:t\",\"Message\":\"{\\\"open\\\":true}\",\"MessageAttributes\":{\"Site-Id\":{\"Type\":\"String\",\"Value\":\"north\"}}}"}]}`
	dir := write(t, map[string]string{"sendbridge.yaml": string(m[1]), "notified.json": notified})
	for _, sample := range []string{filepath.Join("../..", string(m[2])), filepath.Join(dir, "notified.json")} {
		code, out, errors := command(t, "", nil, "render", "--as", "lambda", "--rules", filepath.Join(dir, "sendbridge.yaml"), sample)
		if code != 0 || !strings.Contains(out, "topic    site/north/door") || !strings.Contains(out, `{"open":`) {
			t.Errorf("%s: %d %s %s", sample, code, out, errors)
		}
	}
}

// The rules and samples on the Function Compute page give one message each.
func TestExampleOfFunctionComputeRenders(t *testing.T) {
	text, err := os.ReadFile("../../docs/function-compute.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?s)\n## Deploy\n.*?cat > sendbridge.yaml <<'END'\n(.*?)END\n`).FindSubmatch(text)
	if m == nil {
		t.Fatal("docs/function-compute.md shows no rules")
	}
	file := filepath.Join(write(t, map[string]string{"sendbridge.yaml": string(m[1])}), "sendbridge.yaml")
	samples := regexp.MustCompile(`render --as fc --rules sendbridge.yaml (\S+)`).FindAllSubmatch(text, -1)
	topics := []string{"topic    firmware/", "topic    site/heartbeat"}
	if len(samples) != len(topics) {
		t.Fatalf("%d samples, want %d", len(samples), len(topics))
	}
	for i, sample := range samples {
		code, out, errors := command(t, "", nil, "render", "--as", "fc", "--rules", file, filepath.Join("../..", string(sample[1])))
		if code != 0 || !strings.Contains(out, topics[i]) {
			t.Errorf("%s: %d %s %s", sample[1], code, out, errors)
		}
	}
}

// The README stays short, because people read it first.
func TestReadmeIsShort(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(string(text), "\n"); n >= 200 {
		t.Errorf("README.md has %d lines, want under 200: move text to a page under docs", n)
	}
}

// The README's table lists each command once.
func TestReadmeListsEachCommandOnce(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"validate", "render", "test", "send", "schema", "doctor", "dev"} {
		if n := len(regexp.MustCompile("(?m)^\\| `sendbridge "+name+"[ `]").FindAll(text, -1)); n != 1 {
			t.Errorf("%s has %d rows", name, n)
		}
	}
}
