package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"sendbridge/core/rules"
	"sendbridge/functions"
)

// A mistake is one thing that is wrong with rules. Its line is 0 where it has no place in their text.
type mistake struct {
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Text   string `json:"text"`
}

// maxMistakes bounds what a page shows of a file that is no rules file at all.
const maxMistakes = 100

func mistakesOf(err error) (list []mistake) {
	var all rules.Mistakes
	switch {
	case err == nil:
		return nil
	case !errors.As(err, &all):
		return []mistake{{Text: err.Error()}}
	}
	for _, m := range all[:min(len(all), maxMistakes)] {
		list = append(list, mistake{m.Line, m.Column, m.Text})
	}
	return list
}

// maxAsked bounds what the page sends.
const maxAsked = 8 << 20

// ask reads what the page sends.
func ask(w http.ResponseWriter, r *http.Request, v any) bool {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAsked))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

// A rulesAnswer is what became of a change of rules.
type rulesAnswer struct {
	State    rulesState `json:"state"`
	Source   string     `json:"source"` // of the rules in force
	Changes  string     `json:"changes,omitempty"`
	Mistakes []mistake  `json:"mistakes,omitempty"`
}

func (c *Console) rules(w http.ResponseWriter, _ *http.Request) {
	reply(w, rulesAnswer{State: c.Rules.state(), Source: string(c.Rules.Now().Source)})
}

func (c *Console) applyRules(w http.ResponseWriter, r *http.Request) {
	var draft struct{ Source string }
	if ask(w, r, &draft) {
		diff, err := c.Rules.Apply([]byte(draft.Source))
		c.changed(w, diff, err)
	}
}

func (c *Console) undoRules(w http.ResponseWriter, _ *http.Request) {
	diff, err := c.Rules.Undo()
	c.changed(w, diff, err)
}

func (c *Console) saveRules(w http.ResponseWriter, r *http.Request) {
	var draft struct{ Source, Hash string }
	if ask(w, r, &draft) {
		diff, err := c.Rules.Save([]byte(draft.Source), draft.Hash)
		c.changed(w, diff, err)
	}
}

func (c *Console) changed(w http.ResponseWriter, diff functions.RulesDiff, err error) {
	if err != nil {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnprocessableEntity)
	}
	reply(w, rulesAnswer{State: c.Rules.state(), Source: string(c.Rules.Now().Source), Changes: diff.String(), Mistakes: mistakesOf(err)})
}

// A trial is what rules would make of a sample.
type trial struct {
	Mistakes []mistake `json:"mistakes,omitempty"` // of the rules
	Error    *problem  `json:"error,omitempty"`    // of the sample
	Events   []tried   `json:"events"`
	LeftOut  int       `json:"leftOut,omitempty"` // events beyond those shown
}

// A tried event is one of a sample's.
type tried struct {
	Event   string    `json:"event"`
	Ingress string    `json:"ingress"`
	Error   *problem  `json:"error,omitempty"`
	Rules   []planned `json:"rules"`
	LeftOut int       `json:"leftOut,omitempty"`
}

// maxTried bounds the events of a sample that are shown.
const maxTried = 20

func (c *Console) try(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Sample Sample
		Rules  *string // nil tries those in force
	}
	if !ask(w, r, &q) {
		return
	}
	set := c.Rules.Now()
	var t trial
	if q.Rules != nil {
		draft, err := functions.ParseRules(draftName, []byte(*q.Rules))
		if t.Mistakes = mistakesOf(err); err == nil {
			set = draft
		}
	}
	c.tryWith(&t, q.Sample, set)
	reply(w, t)
}

// tryWith shows the events of a sample, and what rules make of them unless those have mistakes.
func (c *Console) tryWith(t *trial, s Sample, set functions.Rules) {
	t.Events = []tried{}
	records, err := c.Decode(s, set)
	if err != nil {
		t.Error = problemOf(err)
		return
	}
	shown := records[:min(len(records), maxTried)]
	t.LeftOut = len(records) - len(shown)
	for i := range shown {
		e := tried{Event: eventJSON(&shown[i]), Ingress: shown[i].Ingress, Rules: []planned{}}
		if t.Mistakes == nil {
			list, leftOut, err := plan(set.List, &shown[i], c.now())
			if e.Error, e.LeftOut = problemOf(err), leftOut; list != nil {
				e.Rules = list
			}
		}
		t.Events = append(t.Events, e)
	}
}

func (c *Console) samples(w http.ResponseWriter, _ *http.Request) { reply(w, c.Samples) }

// errNotHTTP is for samples that only a function gets.
var errNotHTTP = fmt.Errorf("only what comes over http can be sent to dev")
