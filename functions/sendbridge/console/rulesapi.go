package console

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"sendbridge/core/rules"
	"sendbridge/functions"
)

// A mistake is one mistake in the rules. Its line is 0 if it has no position.
type mistake struct {
	Line   int    `json:"line,omitempty"`
	Column int    `json:"column,omitempty"`
	Text   string `json:"text"`
}

// maxMistakes limits what the page shows about a file that is not a rules file at all.
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

// maxAsked limits the body of a request of the page.
const maxAsked = 8 << 20

// ask decodes the body of a request of the page.
func ask(w http.ResponseWriter, r *http.Request, v any) bool {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAsked))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

// A rulesAnswer is the result of a change of rules.
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

// A trial is the result of trying a sample.
type trial struct {
	Mistakes []mistake `json:"mistakes,omitempty"` // of the rules
	Error    *problem  `json:"error,omitempty"`    // of the sample
	Events   []tried   `json:"events"`
	LeftOut  int       `json:"leftOut,omitempty"` // number of further events
}

// A tried is one event of a sample and what the rules make of it.
type tried struct {
	Event   string    `json:"event"`
	Ingress string    `json:"ingress"`
	Error   *problem  `json:"error,omitempty"`
	Rules   []planned `json:"rules"`
	LeftOut int       `json:"leftOut,omitempty"`
}

// maxTried limits the events of a sample that are shown.
const maxTried = 20

func (c *Console) try(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Sample Sample
		Rules  *string // nil means the rules in force
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

// tryWith adds the events of a sample and, unless the rules have mistakes, what the rules make of them.
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

// errNotHTTP rejects samples that only a function receives.
var errNotHTTP = fmt.Errorf("dev accepts only http samples; try shows what the others become")
