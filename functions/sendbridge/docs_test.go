package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"sendbridge/functions"
)

// yamlBlocks are the YAML examples of a page.
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

// What the pages show as a rules file is one.
func TestExamplesAreRules(t *testing.T) {
	found := 0
	for _, page := range []string{"README.md", "docs/rules.md", "docs/webhooks.md"} {
		for _, block := range yamlBlocks(t, page) {
			if !strings.HasPrefix(block, "rules:") && !strings.HasPrefix(block, "inlets:") {
				continue
			}
			found++
			if _, err := functions.ParseRules(page, []byte(block)); err != nil {
				t.Error(err)
			}
		}
	}
	if found != 6 {
		t.Errorf("%d rules files on the pages, want 6", found)
	}
}

// The page on rule tests and the README fit together as they say.
func TestExampleOfRuleTestsPasses(t *testing.T) {
	dir := write(t, map[string]string{
		"sendbridge.yaml": yamlBlocks(t, "README.md")[0],
		"cases.yaml":      yamlBlocks(t, "docs/rule-tests.md")[0],
	})
	if code, out, errors := command(t, "", nil, "test", filepath.Join(dir, "cases.yaml")); code != 0 || !strings.Contains(out, "3 passed, 0 failed") {
		t.Errorf("%d %s %s", code, out, errors)
	}
}

// What the README shows of Lambda before anything is deployed: its rules, its sample, and the message they come to.
func TestExampleOfLambdaRenders(t *testing.T) {
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?s)\n## AWS Lambda\n.*?cat > sendbridge.yaml <<'END'\n(.*?)END\n.*?render --as lambda --rules sendbridge.yaml (\S+)`).FindSubmatch(text)
	if m == nil {
		t.Fatal("the README shows no rules for Lambda, or no sample")
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

// The README's table has each command once.
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
