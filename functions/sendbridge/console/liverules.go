package console

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"sendbridge/functions"
)

// LiveRules are the rules of a running dev: those of its file, or a draft that the page applied. It is safe for concurrent
// use.
type LiveRules struct {
	app  *functions.App
	path string // empty for the built-in rules
	edit bool

	mu     sync.Mutex
	before []functions.Rules // that drafts replaced, oldest first
	wrong  error             // why the file, as it was saved last, is not in force
	saved  string            // the hash of the file, as it was saved last
}

// NewLiveRules holds the rules of an app, which are those of the file at path. The file is written only if edit says so.
func NewLiveRules(app *functions.App, path string, edit bool) *LiveRules {
	return &LiveRules{app: app, path: path, edit: edit, saved: app.Rules().Hash}
}

// Now are the rules in force.
func (l *LiveRules) Now() functions.Rules { return l.app.Rules() }

// Take is told what the file has after it was saved, or why it can't be read. What is wrong changes nothing. A good file
// takes the place of a draft.
func (l *LiveRules) Take(src []byte, err error) (functions.RulesDiff, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var diff functions.RulesDiff
	if err == nil {
		l.saved = functions.RulesHash(src)
		diff, err = l.replace(l.path, src)
	}
	if l.wrong = err; err == nil {
		l.before = nil
	}
	return diff, err
}

func (l *LiveRules) replace(name string, src []byte) (functions.RulesDiff, error) {
	rules, err := functions.ParseRules(name, src)
	if err != nil {
		return functions.RulesDiff{}, err
	}
	return l.app.Apply(rules)
}

// draftName is where mistakes of a draft are said to be, and what the page shows in the place of a file.
const draftName = "draft"

// Apply puts a draft into force. The error is core.Mistakes if it has any.
func (l *LiveRules) Apply(src []byte) (functions.RulesDiff, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.app.Rules()
	diff, err := l.replace(draftName, src)
	if err == nil {
		l.before = append(l.before, now)
	}
	return diff, err
}

var errNothingToUndo = errors.New("no draft is applied: there is nothing to undo")

// Undo puts the rules into force that the last draft replaced.
func (l *LiveRules) Undo() (functions.RulesDiff, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	last := len(l.before) - 1
	if last < 0 {
		return functions.RulesDiff{}, errNothingToUndo
	}
	diff, err := l.app.Apply(l.before[last])
	if err == nil {
		l.before = l.before[:last]
	}
	return diff, err
}

var (
	errNoEdit  = errors.New("dev was started without --edit: the rules file is not written")
	errNoFile  = errors.New("dev was started without --rules: there is no file to write")
	errChanged = errors.New("the rules file was changed meanwhile: load it again first")
)

// Save writes a draft over the file, if that still has the rules with the hash was, and puts it into force.
func (l *LiveRules) Save(src []byte, was string) (functions.RulesDiff, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.path == "":
		return functions.RulesDiff{}, errNoFile
	case !l.edit:
		return functions.RulesDiff{}, errNoEdit
	}
	if _, err := functions.ParseRules(draftName, src); err != nil {
		return functions.RulesDiff{}, err
	}
	now, err := os.ReadFile(l.path)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return functions.RulesDiff{}, err
	}
	if now != nil && functions.RulesHash(now) != was {
		return functions.RulesDiff{}, errChanged
	}
	if err := overwrite(l.path, src); err != nil {
		return functions.RulesDiff{}, err
	}
	diff, err := l.replace(l.path, src)
	if err == nil {
		l.before, l.wrong, l.saved = nil, nil, functions.RulesHash(src)
	}
	return diff, err
}

// overwrite puts a whole file into another's place, so that nobody reads a part of one. A link is followed.
func overwrite(path string, src []byte) error {
	mode := fs.FileMode(0o644)
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if info, err := os.Stat(path); err == nil {
		mode = info.Mode().Perm()
	}
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name()) // fails once it has its name
	_, err = f.Write(src)
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.Rename(f.Name(), path)
}

// rulesState is what the page shows of the rules.
type rulesState struct {
	From     string    `json:"from"`
	Hash     string    `json:"hash"`
	Rules    int       `json:"rules"`
	Draft    bool      `json:"draft,omitempty"`
	File     string    `json:"file,omitempty"`
	FileHash string    `json:"fileHash,omitempty"` // of the file, as it was saved last
	Edit     bool      `json:"edit,omitempty"`
	Mistakes []mistake `json:"mistakes,omitempty"` // of the file as it was saved last
}

func (l *LiveRules) state() rulesState {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.app.Rules()
	return rulesState{
		From: now.From, Hash: now.Hash, Rules: now.List.Len(), Draft: len(l.before) > 0, File: l.path, FileHash: l.saved, Edit: l.edit && l.path != "",
		Mistakes: mistakesOf(l.wrong),
	}
}
