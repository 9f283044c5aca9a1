package core

import "sendbridge/core/fault"

// fail sets the outcome that the error's class stands for.
func fail(r *Result, err error) {
	r.Err, r.Outcome = err, Failed
	if fault.Of(err).Class == fault.ClassMessage {
		r.Outcome = Refused
	}
}

// settle derives the outcome from the deliveries: the worst error decides.
func settle(r *Result) {
	var worst error
	fresh := false
	for i := range r.Deliveries {
		if err := r.Deliveries[i].Err; fault.Severity(err) > fault.Severity(worst) {
			worst = err
		}
		fresh = fresh || !r.Deliveries[i].Duplicate
	}
	switch {
	case worst != nil:
		fail(r, worst)
	case !fresh:
		r.Outcome = Duplicate
	}
}
