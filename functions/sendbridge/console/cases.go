package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"sendbridge/core"
	"sendbridge/core/cloudevent"
	"sendbridge/core/fault"
	"sendbridge/functions"
)

// Cases names the file of rule tests that the page can append to. Its functions are those of the command test.
type Cases struct {
	File  string // the file that entries are appended to; empty if there is none
	Rules string // the rules file, which a new file of cases names

	// Check runs an entry, which is a list of one case, against rules. The error names the differences between the
	// messages and those expected.
	Check func(entry []byte, rules functions.Rules) error
	// Count returns the number of cases in a file.
	Count func(file []byte) (int, error)

	mu sync.Mutex // allows one writer at a time
}

func (c *Cases) name() string {
	if c == nil {
		return ""
	}
	return c.File
}

// offerCase adds to a detail the rule test made from the event, or the reason why there is none.
func (c *Console) offerCase(d *detail, r *row) {
	if c.Cases == nil {
		return
	}
	entry, err := c.Cases.entry(r)
	if err != nil {
		d.NoCase = err.Error()
		return
	}
	d.Case, d.Append = entry, c.Cases.File
}

var errNoEvent = errors.New("the payload could not be decoded, so there is no event to test")

// entry returns a list of one case made from an event and the rules that were in force. It has run the case once.
func (c *Cases) entry(r *row) (string, error) {
	if r.settled == nil || r.settled.Record.Err != nil || r.settled.Event.Context == nil {
		return "", errNoEvent
	}
	record := &r.settled.Record
	now := r.settled.at.UTC().Truncate(time.Second)
	var b strings.Builder
	fmt.Fprintf(&b, "- name: %s\n  now: %s\n", quote(record.Event.Type()+" "+record.Event.ID()), quote(now.Format(time.RFC3339)))
	if record.Ingress != "http:/" {
		fmt.Fprintf(&b, "  ingress: %s\n", quote(record.Ingress))
	}
	fmt.Fprintf(&b, "  event: %s\n  expect:%s", cloudevent.EncodeEvent(record.Event), expectations(r, now))
	if err := c.Check([]byte(b.String()), r.exchange.rules); err != nil {
		return "", fmt.Errorf("a rule test of this event would not pass: %w", err)
	}
	return b.String(), nil
}

// expectations returns the messages that the rules make of an event, one key per line.
func expectations(r *row, now time.Time) string {
	plans, err := r.exchange.rules.List.Plans(&r.settled.Record, now)
	var b strings.Builder
	if err != nil {
		fmt.Fprintf(&b, "\n    - error: %s\n", quote(codeOf(err)))
	}
	for _, p := range plans {
		for i := range p.Deliveries {
			b.WriteString("\n    - rule: " + quote(p.Rule) + expectation(&p.Deliveries[i]))
		}
	}
	if b.Len() == 0 {
		return " []\n"
	}
	return strings.TrimRight(b.String(), "\n") + "\n"
}

func expectation(d *core.Delivery) string {
	if d.Err != nil {
		return "\n      error: " + quote(codeOf(d.Err))
	}
	payload := quote(d.Payload)
	if pretty(d.Payload) != "" && !strings.Contains(d.Payload, "\n") {
		payload = d.Payload
	}
	return "\n      topic: " + quote(d.Topic) + "\n      payload: " + payload
}

func codeOf(err error) string {
	if code := fault.Of(err).Code; code != "" {
		return code
	}
	return err.Error()
}

// quote returns a string in double quotes, which JSON and YAML read alike.
func quote(s string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

func (c *Console) saveCase(w http.ResponseWriter, r *http.Request) {
	found := c.rowOf(w, r)
	if found == nil {
		return
	}
	if c.Cases.name() == "" {
		http.Error(w, "there is no file to append to: start dev with --cases", http.StatusConflict)
		return
	}
	entry, err := c.Cases.entry(found)
	if err == nil {
		err = c.Cases.append(entry)
	}
	done(w, err)
}

// append writes an entry after the last case of the file. It creates the file if there is none.
func (c *Cases) append(entry string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	src, err := os.ReadFile(c.File)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	before := 0
	if strings.TrimSpace(string(src)) == "" {
		if src, err = c.heading(); err != nil {
			return err
		}
	} else if before, err = c.Count(src); err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	whole, err := insert(string(src), entry)
	if err != nil {
		return fmt.Errorf("%s: %w", c.File, err)
	}
	if after, err := c.Count([]byte(whole)); err != nil || after != before+1 {
		return fmt.Errorf("%s: the entry does not fit into the file's layout: copy it by hand", c.File)
	}
	return overwrite(c.File, []byte(whole))
}

// heading returns the first lines of a new file of cases.
func (c *Cases) heading() ([]byte, error) {
	if c.Rules == "" {
		return nil, errors.New("a new file of cases must name its rules file: start dev with --rules")
	}
	from, err := filepath.Abs(filepath.Dir(c.File))
	if err != nil {
		return nil, err
	}
	to, err := filepath.Abs(c.Rules)
	if err != nil {
		return nil, err
	}
	if to, err = filepath.Rel(from, to); err != nil {
		return nil, err
	}
	return []byte("rules: " + quote(filepath.ToSlash(to)) + "\ncases:\n"), nil
}

var errNoList = errors.New("cases is not a list with a dash before each case: copy the entry by hand")

// insert puts an entry after the last one of the list cases, with the indentation of the others.
func insert(src, entry string) (string, error) {
	lines := slices.Collect(strings.Lines(strings.TrimRight(src, "\n") + "\n"))
	indent, end, err := placeIn(src, len(lines))
	if err != nil {
		return "", err
	}
	for end > 0 && isBetween(lines[end-1]) {
		end-- // comments before the next key stay before it
	}
	var added []string
	for line := range strings.Lines(entry) {
		added = append(added, strings.Repeat(" ", indent)+line)
	}
	return strings.Join(slices.Insert(lines, end, added...), ""), nil
}

// placeIn returns the indentation of the list cases and the number of lines before the key that follows it.
func placeIn(src string, lines int) (indent, end int, err error) {
	file, err := parser.ParseBytes([]byte(src), 0)
	if err != nil || len(file.Docs) != 1 {
		return 0, 0, errNoList
	}
	root, ok := file.Docs[0].Body.(*ast.MappingNode)
	if !ok {
		return 0, 0, errNoList
	}
	for i, member := range root.Values {
		if member.Key.GetToken().Value != "cases" {
			continue
		}
		end = lines
		if i+1 < len(root.Values) {
			end = root.Values[i+1].Key.GetToken().Position.Line - 1
		}
		switch list := member.Value.(type) {
		case *ast.NullNode:
			return 2, end, nil
		case *ast.SequenceNode:
			if !list.IsFlowStyle {
				return list.Start.Position.Column - 1, end, nil
			}
		}
	}
	return 0, 0, errNoList
}

func isBetween(line string) bool {
	line = strings.TrimSpace(line)
	return line == "" || strings.HasPrefix(line, "#")
}
