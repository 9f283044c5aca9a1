package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// A pageCommand is a command in a block of a page.
type pageCommand struct{ page, text string }

var (
	shBlock  = regexp.MustCompile("(?s)```sh\n(.*?)```")
	hereText = regexp.MustCompile(`<<'(\w+)'$`)
)

// commandsOfPages returns the commands of all pages except the Chinese ones, page by page and in the order of a page.
func commandsOfPages(t *testing.T) []pageCommand {
	t.Helper()
	var all []pageCommand
	for _, pattern := range []string{"*.md", "docs/*.md", "examples/*.md", "deploy/*/*.md"} {
		pages, err := filepath.Glob("../../" + pattern)
		if err != nil || len(pages) == 0 {
			t.Fatal(pattern, pages, err)
		}
		for _, page := range pages {
			if strings.HasSuffix(page, ".zh-CN.md") {
				continue
			}
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			name := strings.TrimPrefix(filepath.ToSlash(page), "../../")
			for _, block := range shBlock.FindAllStringSubmatch(string(text), -1) {
				for _, command := range splitCommands(block[1]) {
					all = append(all, pageCommand{name, command})
				}
			}
		}
	}
	if len(all) < 60 {
		t.Fatalf("only %d commands were found", len(all))
	}
	return all
}

// splitCommands cuts a block into commands. A command goes on after a \ or a | at the end of its line, and through a here
// document.
func splitCommands(block string) []string {
	var commands []string
	var current strings.Builder
	until := ""
	for line := range strings.Lines(block) {
		current.WriteString(line)
		line = strings.TrimSpace(line)
		switch m := hereText.FindStringSubmatch(line); {
		case until != "" && line != until, strings.HasSuffix(line, `\`), strings.HasSuffix(line, "|"):
			continue
		case m != nil:
			until = m[1]
			continue
		}
		until = ""
		if text := strings.TrimSpace(current.String()); text != "" {
			commands = append(commands, text)
		}
		current.Reset()
	}
	return commands
}

var (
	ofSendbridge = regexp.MustCompile(`(?:^|\s)(?:bin/sendbridge|go run \./functions/sendbridge|sendbridge) ([a-z]+)([^#|>\n]*)`)
	longFlag     = regexp.MustCompile(`(?:^|\s)--([a-z][a-z-]*)`)
	inlineCode   = regexp.MustCompile("`(sendbridge [a-z][^`]*)`")
)

// Each command and flag of sendbridge on a page exists.
func TestCommandsOfPagesExist(t *testing.T) {
	parser, err := kong.New(new(commands), kong.Vars{"version": ""})
	if err != nil {
		t.Fatal(err)
	}
	flags := make(map[string]map[string]bool)
	for _, node := range parser.Model.Children {
		flags[node.Name] = map[string]bool{"help": true}
		for _, flag := range node.Flags {
			flags[node.Name][flag.Name] = true
		}
	}
	checked := 0
	for _, c := range append(commandsOfPages(t), inlineCommands(t)...) {
		for _, m := range ofSendbridge.FindAllStringSubmatch(c.text, -1) {
			of, ok := flags[m[1]]
			if !ok {
				t.Errorf("%s: sendbridge has no command %q: %s", c.page, m[1], c.text)
				continue
			}
			checked++
			for _, flag := range longFlag.FindAllStringSubmatch(m[2], -1) {
				if !of[flag[1]] {
					t.Errorf("%s: sendbridge %s has no flag --%s: %s", c.page, m[1], flag[1], c.text)
				}
			}
		}
	}
	if checked < 40 {
		t.Errorf("only %d commands were checked", checked)
	}
}

// inlineCommands are those in the text of a page, such as `sendbridge doctor --topic TOPIC`.
func inlineCommands(t *testing.T) []pageCommand {
	t.Helper()
	var all []pageCommand
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/zh-CN/*.md", "examples/*.md"} {
		pages, err := filepath.Glob("../../" + pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, page := range pages {
			text, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range inlineCode.FindAllStringSubmatch(string(text), -1) {
				all = append(all, pageCommand{page, m[1]})
			}
		}
	}
	return all
}
