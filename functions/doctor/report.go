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
	skipped = "skipped" // the step was not checked
)

// classConfiguration is added to the classes of events' errors, because without valid settings nothing runs.
const classConfiguration = "configuration"

// A Step is the check of one thing that a message needs. It contains no secret.
type Step struct {
	Name    string  `json:"name"`
	Outcome string  `json:"outcome"` // "passed", "failed" or "skipped"
	Ms      float64 `json:"ms"`
	Found   string  `json:"found"` // what was found, what is wrong, or why it was not checked

	// Set if the step failed:
	Code    string `json:"code,omitempty"`
	Class   string `json:"class,omitempty"`
	Actor   string `json:"actor,omitempty"`
	Next    string `json:"next,omitempty"`    // what the actor should do
	Command string `json:"command,omitempty"` // the first command to type
}

// A Report lists the steps of an examination in the order in which a message needs them.
type Report struct {
	Version string // of the program that was examined
	Steps   []Step
}

// JSON returns the report as one object: version, ok, class, exitCode, steps.
func (r Report) JSON() []byte {
	text, err := json.Marshal(struct {
		Version  string `json:"version"`
		OK       bool   `json:"ok"`
		Class    string `json:"class,omitempty"`
		ExitCode int    `json:"exitCode"`
		Steps    []Step `json:"steps"`
	}{r.Version, r.Class() == "", r.Class(), r.ExitCode(), r.Steps})
	if err != nil {
		panic(err) // strings and numbers always encode
	}
	return text
}

var marks = map[string]string{passed: "✓", failed: "✗", skipped: "–"}

var actors = map[string]string{
	fault.ActorYou: "you have to act", fault.ActorRole: "the administrator of the RAM role has to act",
	fault.ActorAlibaba: "Alibaba Cloud has to act", fault.ActorSender: "the sender of the event has to act",
}

// Verdict returns the report in one line: all is well, or the worst step with its code, who has to act and what to do.
func (r Report) Verdict() string {
	s, found := r.Worst()
	if !found {
		return "all is well"
	}
	return fmt.Sprintf("%s: %s, %s: %s", s.Name, cmp.Or(s.Code, classOf(s)), actors[s.Actor], s.Next)
}

// WriteTo writes the report as text: the verdict, one line per step, and under each failed step who has to act and what
// to type.
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

// fail marks the step as failed, with the properties that the error describes.
func (s *Step) fail(err error) {
	s.Outcome, s.Found = failed, strings.ReplaceAll(err.Error(), "\n", "; ")
	f := fault.Of(err)
	s.Class, s.Code, s.Actor, s.Next = f.Class, f.Code, cmp.Or(f.Actor, fault.ActorYou), "fix the setting that this line names"
	if f.Advice == "" {
		return
	}
	s.Next = f.Advice
	if refused := (*credential.Error)(nil); errors.As(err, &refused) {
		s.Next = "check " + s.Next // the advice of these errors names what to check
	}
}

// A finding is an error that the doctor itself reports.
type finding struct{ text, class, next string }

func (f *finding) Error() string { return f.text }
func (f *finding) Describe() fault.Fault {
	return fault.Fault{Class: f.class, Actor: fault.ActorYou, Advice: f.next}
}
