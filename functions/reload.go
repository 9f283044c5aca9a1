package functions

import (
	"errors"
	"log/slog"
	"time"

	"sendbridge/core/rules"
	"sendbridge/internal/shorten"
)

// inForce holds the rules that requests are handled with.
type inForce struct {
	rules  Rules
	since  time.Time
	failed bool // a later reload failed
}

// Rules returns the rules in force.
func (a *App) Rules() Rules { return a.inForce.Load().rules }

// A RulesState describes the rules in force, for metrics.
type RulesState struct {
	Hash   string
	Since  time.Time // when they were applied
	Failed bool      // the last reload had mistakes, so these rules stayed in force
}

// RulesState describes the rules in force.
func (a *App) RulesState() RulesState {
	now := a.inForce.Load()
	return RulesState{now.rules.Hash, now.since, now.failed}
}

// Apply uses other rules and inlets for new requests. Requests in flight keep theirs. It changes nothing if it returns an
// error, which means that an inlet has no secret.
func (a *App) Apply(r Rules) (RulesDiff, error) {
	a.applying.Lock()
	defer a.applying.Unlock()
	inlets, err := newInlets(r.Inlets, &a.parts)
	if err != nil {
		a.noteFailure()
		return RulesDiff{}, err
	}
	before := a.Rules()
	a.handler.Replace(a.Bridge.With(r.List).Deliver, inlets)
	a.inForce.Store(&inForce{rules: r, since: time.Now()})
	return diffRules(before, r), nil
}

func (a *App) noteFailure() {
	failed := *a.inForce.Load()
	failed.failed = true
	a.inForce.Store(&failed)
}

// Reload reads the rules again from where they were read at the start, and applies them. It logs their mistakes or what
// changed.
func (a *App) Reload() {
	if a.Config.Topic != "" || a.Config.Rules != "" {
		a.log.Warn("rules not reloaded: they are in the environment, which a process reads only at its start; restart it", "rulesFrom", a.Rules().From)
		return
	}
	r, err := LoadRules(&a.Config, executableDir())
	if err != nil {
		a.applying.Lock()
		a.noteFailure()
		a.applying.Unlock()
		a.logNotReloaded(err)
		return
	}
	diff, err := a.Apply(r)
	if err != nil {
		a.logNotReloaded(err)
		return
	}
	a.log.Info("rules reloaded", "rulesFrom", r.From, "rulesHash", r.Hash, "rules", r.List.Len(), "changes", diff.String())
}

// maxMistakesLogged limits the mistakes in a log line.
const maxMistakesLogged = 20

func (a *App) logNotReloaded(err error) {
	now := a.Rules()
	attrs := []any{"rulesFrom", now.From, "rulesHash", now.Hash}
	var list rules.Mistakes
	if !errors.As(err, &list) {
		a.log.Error("rules not reloaded: the previous ones stay in force", append(attrs, "error", err.Error())...)
		return
	}
	var lines []string
	for _, m := range list[:min(len(list), maxMistakesLogged)] {
		lines = append(lines, shorten.Bytes(m.Error(), 500))
	}
	a.log.Error("rules not reloaded: the previous ones stay in force", append(attrs, "mistakes", len(list), slog.Any("list", lines))...)
}
