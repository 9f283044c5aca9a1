package inlet_test

import "testing"

// An id from a header is the same for all lines of a body, so each line gets its number. Any other id stays as it is.
func TestIDsOfLines(t *testing.T) {
	for name, c := range map[string]struct {
		inlet, line string
		headers     []string
		want        string // derived means that the id is a hash
	}{
		"a header of the file":        {"verify: bearer, type: t, id: {header: X-Id}", `{}`, []string{"X-Id: i"}, "i-2"},
		"a header that is missing":    {"verify: bearer, type: t, id: {header: X-Id}", `{}`, nil, "derived"},
		"a header of the sender":      {"verify: gitlab", `{"object_kind":"push"}`, []string{"Idempotency-Key: i"}, "i-2"},
		"a delivery of github":        {"verify: github", `{}`, []string{"X-GitHub-Event: push", "X-GitHub-Delivery: i"}, "i-2"},
		"a value of the line":         {"verify: bearer, type: t, id: '${$.n}'", `{"n":"7"}`, nil, "7"},
		"both of them":                {"verify: bearer, type: t, id: '${header.X-Id}/${$.n}'", `{"n":"7"}`, []string{"X-Id: i"}, "i/7"},
		"a value of the sender":       {"verify: typeform", `{"event_id":"7","event_type":"e"}`, nil, "7"},
		"a value of the line, chosen": {"verify: gitlab, id: '${$.n}'", `{"object_kind":"push","n":"7"}`, []string{"Idempotency-Key: i"}, "7"},
	} {
		spec := specOf(t, "{secretEnv: S, "+c.inlet+"}")
		record := spec.Line(post("", c.headers...).Header, []byte(c.line), 2)
		if record.Err != nil {
			t.Errorf("%s: %v", name, record.Err)
		} else if got := attributesOf(t, record)["id"]; got != c.want {
			t.Errorf("%s: id %q, want %q", name, got, c.want)
		}
	}
}

// A sender signs only the body, so its id in a header proves nothing: what is signed distinguishes deliveries, unless the
// file chose the id.
func TestWhatDistinguishesDeliveries(t *testing.T) {
	identity := func(yaml, body string, line int, headers ...string) string {
		t.Helper()
		spec := specOf(t, yaml)
		h := post("", headers...).Header
		record := spec.Event(h, "application/json", []byte(body))
		if line > 0 {
			record = spec.Line(h, []byte(body), line)
		}
		if record.Err != nil {
			t.Fatal(record.Err)
		}
		return record.Identity
	}
	const github = "{verify: github, secretEnv: S}"
	first := identity(github, `{"a":1}`, 0, "X-GitHub-Event: push", "X-GitHub-Delivery: d")
	if first == "" || first != identity(github, `{"a":1}`, 0, "X-GitHub-Event: ping", "X-GitHub-Delivery: e") {
		t.Error("the same body with other headers is another delivery")
	}
	if first == identity(github, `{"a":2}`, 0, "X-GitHub-Event: push", "X-GitHub-Delivery: d") {
		t.Error("another body is the same delivery")
	}
	if identity(github, `{"a":1}`, 1, "X-GitHub-Event: push") == identity(github, `{"a":1}`, 2, "X-GitHub-Event: push") {
		t.Error("two lines of a body are the same delivery")
	}
	for _, yaml := range []string{"{verify: github, secretEnv: S, id: {header: X-GitHub-Delivery}}", "{verify: bearer, secretEnv: S, type: t}", "{verify: twitch, secretEnv: S}"} {
		if got := identity(yaml, `{"subscription":{"type":"t"}}`, 0, "X-GitHub-Event: push", "X-GitHub-Delivery: d"); got != "" {
			t.Errorf("%s: its own id does not count: %q", yaml, got)
		}
	}
}
