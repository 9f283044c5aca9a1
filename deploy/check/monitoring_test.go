package check

import (
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"sigs.k8s.io/yaml"

	"sendbridge/core/onstest"
)

func TestRulesOfPrometheus(t *testing.T) {
	if _, err := exec.LookPath("promtool"); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal("promtool: not installed, and CI must check the rules")
		}
		t.Skip("NOT RUN: promtool is not installed")
	}
	run(t, "promtool", "check", "rules", "../monitoring/rules.yaml")
	run(t, "promtool", "test", "rules", "../monitoring/rules_test.yaml")
}

// Every alert has a test, and a section that says what to do.
func TestAlertsAreTestedAndExplained(t *testing.T) {
	var file struct {
		Groups []struct {
			Rules []struct {
				Alert       string
				Annotations map[string]string
			}
		}
	}
	if err := yaml.Unmarshal(readFile(t, "../monitoring/rules.yaml"), &file); err != nil {
		t.Fatal(err)
	}
	tests, page := string(readFile(t, "../monitoring/rules_test.yaml")), string(readFile(t, "../../docs/monitoring.md"))
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			if rule.Alert == "" {
				continue
			}
			if !strings.Contains(tests, "alertname: "+rule.Alert+"\n        exp_alerts:\n") {
				t.Errorf("%s: no test in which it fires", rule.Alert)
			}
			if want := "docs/monitoring.md#" + strings.ToLower(rule.Alert); rule.Annotations["runbook_url"] != want || !strings.Contains(page, "\n### "+rule.Alert+"\n") {
				t.Errorf("%s: runbook %q, want %q and its section", rule.Alert, rule.Annotations["runbook_url"], want)
			}
		}
	}
}

func TestMetricsOfRulesAndDashboardExist(t *testing.T) {
	served := scrape(t)
	var board dashboard.Dashboard
	// The SDK returns an empty list of errors if there is none.
	if err := board.UnmarshalJSONStrict(readFile(t, "../monitoring/dashboard.json")); err.Error() != "" {
		t.Fatal(err)
	}
	if err := board.Validate(); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"../monitoring/dashboard.json", "../monitoring/rules.yaml"} {
		for _, name := range slices.Sorted(maps.Keys(metricNames(string(readFile(t, file))))) {
			if !served[name] {
				t.Errorf("%s names %s, which /metrics does not have", file, name)
			}
		}
	}
}

var metricName = regexp.MustCompile(`\b(sendbridge|process|go)_[a-z0-9_]+\b`)

func metricNames(text string) map[string]bool {
	names := map[string]bool{}
	for _, name := range metricName.FindAllString(text, -1) {
		names[name] = true
	}
	return names
}

// scrape returns the name of each series of a handler that has delivered an event, failed with one, and rejected a request.
func scrape(t *testing.T) map[string]bool {
	t.Helper()
	emulator := onstest.New(nil)
	api := httptest.NewServer(emulator)
	defer api.Close()
	p := start(t, exec.Command(buildHTTP(t)), append(environ(api.URL), "SENDBRIDGE_REDIS=redis://127.0.0.1:1"))
	if status := post(t, p.url); status != http.StatusNoContent {
		t.Fatalf("an event: %d", status)
	}
	if err := emulator.Fail(onstest.Fault{Code: "NoPermission", Times: 1}); err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{`{"specversion":"1.0","id":"2","source":"/check","type":"t"}`, "no event"} {
		answer, err := http.Post(p.url, "application/cloudevents+json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	answer, err := http.Get("http://" + p.admin + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		if !strings.HasPrefix(line, "#") {
			names[line[:strings.IndexAny(line, "{ ")]] = true
		}
	}
	return names
}
