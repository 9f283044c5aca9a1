package doctor

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"sendbridge/core/credential"
	"sendbridge/core/fault"
)

// The outcomes of a step.
const (
	passed  = "passed"
	failed  = "failed"
	skipped = "skipped" // it was not tried, and says nothing
)

// classConfiguration is beside the classes of events' errors: without its settings, nothing runs.
const classConfiguration = "configuration"

// A Step is one thing that a message needs, and whether it is there. It holds no secret.
type Step struct {
	Name    string  `json:"name"`
	Outcome string  `json:"outcome"` // "passed", "failed" or "skipped"
	Ms      float64 `json:"ms"`
	Found   string  `json:"found"` // what was seen; why not; why it was not tried

	// Of a step that failed:
	Code    string `json:"code,omitempty"`
	Class   string `json:"class,omitempty"`
	Actor   string `json:"actor,omitempty"`
	Next    string `json:"next,omitempty"`    // what the actor should do
	Command string `json:"command,omitempty"` // to type first
}

// A Report is what an examination found, in the order in which a message needs it.
type Report struct {
	Version string // of the program that was examined
	Steps   []Step
}

// JSON is the report as one object: version, ok, class, exitCode, steps.
func (r Report) JSON() []byte {
	text, err := json.Marshal(struct {
		Version  string `json:"version"`
		OK       bool   `json:"ok"`
		Class    string `json:"class,omitempty"`
		ExitCode int    `json:"exitCode"`
		Steps    []Step `json:"steps"`
	}{r.Version, r.Class() == "", r.Class(), r.ExitCode(), r.Steps})
	if err != nil {
		panic(err) // texts and numbers alone cannot fail
	}
	return text
}

var marks = map[string]string{passed: "✓", failed: "✗", skipped: "–"}

var actors = map[string]string{
	fault.ActorYou: "you have to act", fault.ActorRole: "whoever administers the role has to act",
	fault.ActorAlibaba: "Alibaba Cloud has to act", fault.ActorSender: "whoever sends the event has to act",
}

// Verdict is the report in one line: all is well, or the step that most needs somebody to act, with its code, who that is and
// what to do.
func (r Report) Verdict() string {
	s, found := r.Worst()
	if !found {
		return "all is well"
	}
	return fmt.Sprintf("%s: %s, %s: %s", s.Name, cmp.Or(s.Code, classOf(s)), actors[s.Actor], s.Next)
}

// WriteTo writes the report for people: the verdict, a step a line, and under each failed step who has to act and what to
// type.
func (r Report) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	b.WriteString(r.Verdict() + "\n")
	for _, s := range r.Steps {
		fmt.Fprintf(&b, "%s %-13s %6.0f ms  %s\n", marks[s.Outcome], s.Name, s.Ms, s.Found)
		if s.Outcome == failed {
			fmt.Fprintf(&b, "    %s: %s\n    $ %s\n", actors[s.Actor], s.Next, s.Command)
		}
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

// fail makes a failed step of an error, by what the error says of itself.
func (s *Step) fail(err error) {
	s.Outcome, s.Found = failed, strings.ReplaceAll(err.Error(), "\n", "; ")
	f := fault.Of(err)
	s.Class, s.Code, s.Actor, s.Next = f.Class, f.Code, cmp.Or(f.Actor, fault.ActorYou), "see the setting that this line names"
	if f.Advice == "" {
		return
	}
	s.Next = f.Advice
	if refused := (*credential.Error)(nil); errors.As(err, &refused) {
		s.Next = "check " + s.Next // these name what is to be checked
	}
}

// A finding is an error of Doctor's own.
type finding struct{ text, class, next string }

func (f *finding) Error() string { return f.text }
func (f *finding) Describe() fault.Fault {
	return fault.Fault{Class: f.class, Actor: fault.ActorYou, Advice: f.next}
}
