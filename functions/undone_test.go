package functions_test

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"pgregory.net/rapid"

	"sendbridge/core"
	"sendbridge/core/onsmqtt"
	"sendbridge/core/onstest"
)

// sendersOwn reports whether a code is about the event itself.
func sendersOwn(code string) bool {
	for _, c := range []string{"ParameterCheckFailed", "InvalidMqttTopic", "InvalidPayload", "MissingMqttTopic", "MissingPayload", "InvalidParameter.MqttTopic", "InvalidParameter.Payload"} {
		if code == c || strings.HasPrefix(code, c+".") {
			return true
		}
	}
	return false
}

// drawCode generates known codes and similar ones.
func drawCode(t *rapid.T) string {
	var known []string
	for _, c := range onsmqtt.Codes() {
		if c.Status != 0 {
			known = append(known, c.Name)
		}
	}
	beginning := rapid.SampledFrom([]string{"", "Invalid", "Missing", "Unsupported", "Illegal", "Forbidden.", "InvalidParameter", "InvalidParameter.", "MissingParameter.", "NoSuch", "Incomplete"})
	what := rapid.SampledFrom([]string{
		"AccessKeyId", "SecurityToken", "Signature", "SignatureMethod", "SignatureNonce", "SignatureVersion", "Timestamp", "TimeStamp", "Action", "Version",
		"RegionId", "InstanceId", "Parameter", "User.Status", "PayloadSignature", "MqttTopicQuota", "Account", "Endpoint",
	})
	end := rapid.SampledFrom([]string{"", ".NotFound", ".Expired", ".Inactive", ".New"})
	made := rapid.Custom(func(t *rapid.T) string {
		return beginning.Draw(t, "beginning") + what.Draw(t, "what") + end.Draw(t, "end")
	})
	code := rapid.OneOf(rapid.SampledFrom(known), made).Draw(t, "code")
	return strings.TrimSuffix(code, ".")
}

// refusing answers each call with a code, in the format of one of the gateways, or with a page.
func refusing(code string, status int, form string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		switch form {
		case "JSON":
			fmt.Fprintf(w, `{"RequestId":"R","Code":%q,"Message":"The Payload of MqttTopic."}`, code)
		case "lower case":
			fmt.Fprintf(w, `{"requestId":"R","code":%q,"message":"No."}`, code)
		case "XML":
			fmt.Fprintf(w, `<Error><RequestId>R</RequestId><Code>%s</Code><Message>No.</Message></Error>`, code)
		default:
			fmt.Fprint(w, "<html><title>No</title></html>")
		}
	}
}

// At no ingress does an error of the account, the clock or the configuration make a dead letter or acknowledge an event.
func TestFixableErrorsAreNeverDeadLetters(t *testing.T) {
	ways := slices.Sorted(maps.Keys(waysIn))
	rapid.Check(t, func(rt *rapid.T) {
		code := drawCode(rt)
		if sendersOwn(code) {
			rt.Skip("the sender's")
		}
		answer := refusing(code, rapid.SampledFrom([]int{400, 401, 403, 404, 405, 409, 413, 414, 500, 503}).Draw(rt, "status"),
			rapid.SampledFrom([]string{"JSON", "lower case", "XML", "page"}).Draw(rt, "form"))
		way := rapid.SampledFrom(ways).Draw(rt, "way")
		synctest.Test(t, func(t *testing.T) {
			s, sink := refusingScene(t, answer)
			for i := range 3 { // several, like a queue
				err := waysIn[way](t.Context(), s.app.Bridge.Deliver, []byte(faultEvent(fmt.Sprint(i))))
				if err == nil {
					rt.Errorf("%s by %s was acknowledged", code, way)
				}
			}
			if deadLetters, err := os.ReadFile(sink); err == nil && len(deadLetters) > 0 {
				rt.Errorf("%s by %s is a dead letter: %s", code, way, deadLetters)
			}
			if n := s.tally.Snapshot().Events[core.Failed]; n != 3 {
				rt.Errorf("%s by %s: %d events failed, want 3", code, way, n)
			}
		})
	})
}

// A code about the topic or the payload makes a dead letter, so the test above can fail.
func TestErrorsOfTopicOrPayloadAreDeadLetters(t *testing.T) {
	for _, code := range []string{"ParameterCheckFailed", "InvalidMqttTopic", "InvalidPayload.TooLong", "MissingPayload", "InvalidParameter.MqttTopic", "InvalidParameter.Payload"} {
		for _, way := range []string{"lambda, in SQS", "fc, event stream", "fc, as it is"} {
			synctest.Test(t, func(t *testing.T) {
				s, sink := refusingScene(t, refusing(code, http.StatusBadRequest, "JSON"))
				err := waysIn[way](t.Context(), s.app.Bridge.Deliver, []byte(faultEvent("1")))
				if deadLetters, failed := os.ReadFile(sink); err != nil || failed != nil || !strings.Contains(string(deadLetters), code) {
					t.Errorf("%s by %s: %v, dead letter %q", code, way, err, deadLetters)
				}
			})
		}
	}
}

func refusingScene(t *testing.T, answer http.HandlerFunc) (s *scene, sink string) {
	sink = filepath.Join(t.TempDir(), "dead-letters")
	s = newScene(t, onstest.Quota{}, "SENDBRIDGE_DEAD_LETTER=file://"+sink)
	s.answer.Store(&answer)
	return s, sink
}
