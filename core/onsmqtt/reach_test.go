package onsmqtt

import (
	"testing"

	"sendbridge/core/fault"
)

// A breaker opens if errors say that the address is blocked, so each code of the table says how far a call got.
func TestHowFarACallGot(t *testing.T) {
	others := map[string]fault.Reach{
		"HTTP403": fault.Blocked, "ConnectionReset": fault.Blocked, "ConnectionRefused": fault.Blocked,
		"Timeout": fault.TimedOut, "EndpointRefused": fault.NoListener,
		"Canceled": fault.Unanswered, "ConnectionStale": fault.Unanswered, "AnswerLost": fault.Unanswered, "DNS": fault.Unanswered,
		"TLS": fault.Unanswered, "Proxy": fault.Unanswered, "Network": fault.Unanswered,
		"NoCredentials": fault.Unanswered, "BadCredentials": fault.Unanswered,
	}
	names := []string{"HTTP403", "HTTP502", "HTTP404", "Some.NewCode"}
	for _, c := range Codes() {
		names = append(names, c.Name)
	}
	for _, name := range names {
		want, ok := others[name]
		if !ok {
			want = fault.Answered
		}
		if got := fault.Of(&Error{Code: name}).Reach; got != want {
			t.Errorf("%s: reach %d, want %d", name, got, want)
		}
	}
}
