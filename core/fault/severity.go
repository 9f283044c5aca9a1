package fault

// Severity orders errors, to decide which of several a trigger gets: 0 no error, 1 class message, 2 throttled, 3 everything
// that prevents all events from being sent.
func Severity(err error) int {
	if err == nil {
		return 0
	}
	switch Of(err).Class {
	case ClassMessage:
		return 1
	case ClassThrottled:
		return 2
	}
	return 3
}
