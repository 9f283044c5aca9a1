package doctor

import (
	"cmp"
	"sendbridge/core/fault"
	"slices"
)

// classes have their exit codes and their urgency, which is least for what may pass by itself, and greatest for what makes
// steps after it fail: a wrong clock spoils every signature.
var classes = map[string]struct{ exitCode, urgency int }{
	fault.ClassTransient:   {5, 1},
	fault.ClassThrottled:   {4, 2},
	fault.ClassUnknown:     {10, 3},
	fault.ClassMessage:     {3, 4},
	fault.ClassUnsupported: {9, 4},
	fault.ClassPermission:  {7, 4},
	fault.ClassCredential:  {6, 4},
	fault.ClassClock:       {8, 5},
	classConfiguration:     {1, 6},
}

// Worst is the failed step that the verdict is about; false when none failed. It is the one that most needs somebody to act:
// what may pass by itself counts less than what stays wrong, and what only Alibaba Cloud can change counts less than what
// you or the role's administrator can. Of equals it is the first.
func (r Report) Worst() (Step, bool) {
	failures := slices.DeleteFunc(slices.Clone(r.Steps), func(s Step) bool { return s.Outcome != failed })
	if len(failures) == 0 {
		return Step{}, false
	}
	return slices.MaxFunc(failures, func(a, b Step) int {
		return cmp.Or(cmp.Compare(classes[classOf(a)].urgency, classes[classOf(b)].urgency), cmp.Compare(ours(a), ours(b)))
	}), true
}

// classOf is the step's class, where it is one.
func classOf(s Step) string {
	if _, ok := classes[s.Class]; ok {
		return s.Class
	}
	return fault.ClassUnknown
}

// ours is 1 where somebody on this side of the API can act.
func ours(s Step) int {
	if s.Actor == fault.ActorAlibaba {
		return 0
	}
	return 1
}

// Class is that of the worst step, "configuration" or a class of errors; empty when none failed.
func (r Report) Class() string {
	if s, found := r.Worst(); found {
		return classOf(s)
	}
	return ""
}

// ExitCode is 0 when no step failed, else by Class: configuration 1, message 3, throttled 4, transient 5, credential 6,
// permission 7, clock 8, unsupported 9, unknown 10.
func (r Report) ExitCode() int { return classes[r.Class()].exitCode }
