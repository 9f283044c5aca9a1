package inlet_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core/rules"
	"sendbridge/internal/leaktest"
)

func TestMain(m *testing.M) { leaktest.Main(m) }

// parse reads a rules file with its inlets.
func parse(file string) (specs []inlet.Spec, err error) {
	_, err = rules.Parse("f.yaml", []byte(file), inlet.Section(&specs))
	return specs, err
}

// specOf reads one inlet of a rules file.
func specOf(t testing.TB, yaml string) inlet.Spec {
	t.Helper()
	specs, err := parse("rules: [{topic: abc, payload: original}]\ninlets: {in: " + yaml + "}")
	if err != nil {
		t.Fatal(err)
	}
	return specs[0]
}

func open(t testing.TB, yaml string, secrets []string, o inlet.Options) *inlet.Inlet {
	t.Helper()
	i, err := inlet.New(specOf(t, yaml), secrets, &o)
	if err != nil {
		t.Fatal(err)
	}
	return i
}

// at returns a clock that does not move.
func at(seconds int64) func() time.Time { return func() time.Time { return time.Unix(seconds, 0) } }

// A request has its body as a string, for enter.
type request struct {
	*http.Request
	body string
}

func post(body string, lines ...string) request {
	r := httptest.NewRequest(http.MethodPost, "/in/in", nil)
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ":")
		r.Header.Add(name, strings.TrimSpace(value))
	}
	return request{r, body}
}

// enter authenticates a request as a handler does, and reports whether it was a question.
func enter(i *inlet.Inlet, r request) (asked bool, err error) {
	if err := i.CheckHead(r.Request); err != nil {
		return false, err
	}
	if err := i.CheckBody(r.Request, []byte(r.body)); err != nil {
		return false, err
	}
	_, asked, err = i.Ask(r.Request, []byte(r.body))
	return asked, err
}

func isUnproven(err error) bool {
	e := (*inlet.Error)(nil)
	return errors.As(err, &e) && e.Code == "Unauthenticated" && !e.Later
}

// isLater reports whether a retry may succeed.
func isLater(err error) bool {
	e := (*inlet.Error)(nil)
	return errors.As(err, &e) && e.Later
}

// wantRejected checks that an error has a reason for the log, but not for the sender.
func wantRejected(t *testing.T, err error, reason string) {
	t.Helper()
	if !isUnproven(err) || !strings.Contains(errors.Unwrap(err).Error(), reason) || strings.Contains(err.Error(), reason) {
		t.Errorf("%v, want it rejected with %q", err, reason)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
