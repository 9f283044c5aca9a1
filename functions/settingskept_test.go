package functions_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"sendbridge/core"
	"sendbridge/core/onstest"
)

// SENDBRIDGE_UNMATCHED decides about events that no rule matches: dropped ones look like a success to the sender, rejected
// ones do not.
func TestUnmatchedEventsAreDroppedOrRejected(t *testing.T) {
	for setting, want := range map[string]struct {
		status  int
		outcome core.Outcome
	}{
		"":                            {http.StatusNoContent, core.Dropped},
		"SENDBRIDGE_UNMATCHED=drop":   {http.StatusNoContent, core.Dropped},
		"SENDBRIDGE_UNMATCHED=reject": {http.StatusUnprocessableEntity, core.Refused},
	} {
		synctest.Test(t, func(t *testing.T) {
			var settings []string
			if setting != "" {
				settings = append(settings, setting)
			}
			s := newScene(t, onstest.Quota{}, settings...)
			if _, err := s.app.Apply(parse(t, `rules: [{pattern: {type: [another]}, topic: a/b, payload: original}]`)); err != nil {
				t.Fatal(err)
			}
			if status := s.request("/", "1"); status != want.status {
				t.Errorf("%q: %d", setting, status)
			}
			s.wantCounts(t, map[core.Outcome]int{want.outcome: 1})
			if s.calls.Load() != 0 {
				t.Errorf("%q: %d calls", setting, s.calls.Load())
			}
		})
	}
}

// A handshake grants requests per minute, while SENDBRIDGE_RATE is in calls per second.
func TestAHandshakeGrantsTheRateAMinute(t *testing.T) {
	for setting, want := range map[string]string{"SENDBRIDGE_RATE=7": "420", "SENDBRIDGE_RATE=250": "15000", "SENDBRIDGE_RATE=0": "*"} {
		synctest.Test(t, func(t *testing.T) {
			s := newScene(t, onstest.Quota{}, setting)
			r := httptest.NewRequest(http.MethodOptions, "/", strings.NewReader(""))
			r.Header.Set("WebHook-Request-Origin", "a.example")
			w := httptest.NewRecorder()
			s.app.Handler().ServeHTTP(w, r)
			if got := w.Header().Get("WebHook-Allowed-Rate"); w.Code != http.StatusOK || got != want {
				t.Errorf("%s: %d, %q a minute", setting, w.Code, got)
			}
		})
	}
}
