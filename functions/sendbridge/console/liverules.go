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

// LiveRules holds the rules of a running dev: those of its file, or a draft that the page applied. It is safe for
// concurrent use.
type LiveRules struct {
	app  *functions.App
	path string // empty for the built-in rules
	edit bool

	mu     sync.Mutex
	before []functions.Rules // the rules that drafts replaced, oldest first
	wrong  error             // why the last saved version of the file is not in force
	saved  string            // the hash of the last saved version of the file
}

// NewLiveRules returns the LiveRules of an app whose rules come from the file at path. Save may write the file only if
// edit is true.
func NewLiveRules(app *functions.App, path string, edit bool) *LiveRules {
	return &LiveRules{app: app, path: path, edit: edit, saved: app.Rules().Hash}
}

// Now returns the rules in force.
func (l *LiveRules) Now() functions.Rules { return l.app.Rules() }

// Take applies the saved content of the rules file, or records the error of reading it. Invalid rules change nothing.
// Valid rules replace a draft.
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

// draftName stands for the file's name in the mistakes of a draft.
const draftName = "draft"

// Apply applies a draft. If the draft has mistakes, the error is a rules.Mistakes.
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

var errNothingToUndo = errors.New("nothing to undo: no draft is applied")

// Undo restores the rules that the last draft replaced.
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
	errNoEdit  = errors.New("the page must not write the rules file: start dev with --edit")
	errNoFile  = errors.New("there is no rules file to write: start dev with --rules")
	errChanged = errors.New("the rules file has changed since it was loaded: load it again first")
)

// Save writes a draft to the file and applies it. It writes only if the hash of the file's rules is still was.
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

// overwrite replaces a file in one step, so that nobody reads a part of it. It follows a symbolic link.
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
	defer os.Remove(f.Name()) // fails after the rename, as it should
	_, err = f.Write(src)
	if err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.Rename(f.Name(), path)
}

// rulesState is what the page shows about the rules.
type rulesState struct {
	From     string    `json:"from"`
	Hash     string    `json:"hash"`
	Rules    int       `json:"rules"`
	Draft    bool      `json:"draft,omitempty"`
	File     string    `json:"file,omitempty"`
	FileHash string    `json:"fileHash,omitempty"` // of the last saved version of the file
	Edit     bool      `json:"edit,omitempty"`
	Mistakes []mistake `json:"mistakes,omitempty"` // of the last saved version of the file
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
