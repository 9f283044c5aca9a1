package fault

// Severity orders errors by what a trigger must be told when there are several: 0 no error, 1 class message,
// 2 throttled, 3 all that keeps every event from going.
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
