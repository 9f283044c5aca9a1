package doctor

import (
	"cmp"
	"sendbridge/core/fault"
	"slices"
)

// classes maps each class to its exit code and its urgency. Urgency is lowest for faults that may disappear by
// themselves and highest for faults that cause others: a wrong clock invalidates every signature.
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

// Worst returns the failed step that the verdict is about, or false if none failed. A fault that persists counts more
// than one that may disappear. A fault that you or the role's administrator can fix counts more than one that only
// Alibaba Cloud can fix. Of equals, the first counts.
func (r Report) Worst() (Step, bool) {
	failures := slices.DeleteFunc(slices.Clone(r.Steps), func(s Step) bool { return s.Outcome != failed })
	if len(failures) == 0 {
		return Step{}, false
	}
	return slices.MaxFunc(failures, func(a, b Step) int {
		return cmp.Or(cmp.Compare(classes[classOf(a)].urgency, classes[classOf(b)].urgency), cmp.Compare(ours(a), ours(b)))
	}), true
}

// classOf returns the step's class, or unknown if it is not a valid one.
func classOf(s Step) string {
	if _, ok := classes[s.Class]; ok {
		return s.Class
	}
	return fault.ClassUnknown
}

// ours returns 1 if somebody on this side of the API can act.
func ours(s Step) int {
	if s.Actor == fault.ActorAlibaba {
		return 0
	}
	return 1
}

// Class returns the class of the worst step: "configuration" or a class of errors. It is empty if none failed.
func (r Report) Class() string {
	if s, found := r.Worst(); found {
		return classOf(s)
	}
	return ""
}

// ExitCode returns 0 if no step failed, or else the code of Class: configuration 1, message 3, throttled 4, transient
// 5, credential 6, permission 7, clock 8, unsupported 9, unknown 10.
func (r Report) ExitCode() int { return classes[r.Class()].exitCode }
