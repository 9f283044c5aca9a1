// Package sendbridge_test checks the source tree as a whole.
package sendbridge_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"testing"
)

// faults is the package that every other may use, because all errors follow its model.
const faults = "sendbridge/core/fault"

// barred lists which packages must not depend on which, even indirectly, and why.
var barred = []struct{ from, on, why string }{
	{"sendbridge/core", "sendbridge/adapters", "dependencies point inwards"},
	{"sendbridge/core", "sendbridge/functions", "dependencies point inwards"},
	{"sendbridge/core", "sendbridge/core/onsmqtt", "the core knows Senders, not the API behind them"},
	{"sendbridge/core/onsmqtt", "github.com/cloudevents/", "the client knows topics and payloads, not events"},
	{"sendbridge/core/onsmqtt", "sendbridge/core", "the client depends only on the error model"},
	{"sendbridge/core/credential", "github.com/cloudevents/", "it knows keys and tokens, not events"},
	{"sendbridge/core/credential", "sendbridge/adapters", "dependencies point inwards"},
	{"sendbridge/core/onstest", "sendbridge/core/onsmqtt", "a verifier that shares the signer's code can't find its mistakes"},
	{"sendbridge/adapters", "sendbridge/functions", "dependencies point inwards"},
	{"sendbridge/adapters/webhook/inlet", "sendbridge/adapters/webhook", "the receiver serves inlets; an inlet needs no server"},
	{"sendbridge/internal", "sendbridge/core", "what everybody may import imports nothing of ours"},
	{"sendbridge/internal", "sendbridge/adapters", "what everybody may import imports nothing of ours"},
	{"sendbridge/adapters/internal", "sendbridge/adapters/webhook", "what adapters share knows none of them"},
	{"sendbridge/adapters", "sendbridge/core/onsmqtt", "adapters know records and results, not the API"},
	{"sendbridge/adapters", "github.com/aws/aws-lambda-go", "only mains know a runtime's SDK"},
	{"sendbridge/adapters", "github.com/aliyun/fc-runtime-go-sdk", "only mains know a runtime's SDK"},
	{"sendbridge", "github.com/cloudevents/sdk-go/v2/protocol", "the receiver is our own"},
	{"sendbridge/core/send", "github.com/redis/", "limits are arithmetic; only the fleet's package knows where they are shared"},
	{"sendbridge/core/bridge", "github.com/redis/", "what was sent is remembered by whoever is asked; only the fleet's package knows Redis"},
	{"sendbridge", "github.com/alicebob/miniredis", "it is for tests, and linked into nothing"},
	{"sendbridge/core", "github.com/mochi-mqtt/", "the broker belongs to the command for people"},
	{"sendbridge/adapters", "github.com/mochi-mqtt/", "the broker belongs to the command for people"},
	{"sendbridge/functions/doctor", "sendbridge/functions", "the doctor examines what it is given, for any main"},
	{"sendbridge/functions/doctor", "sendbridge/adapters", "it examines the way out, not the ways in"},
	{"sendbridge/functions/doctor", "github.com/caarlos0/env", "only the package functions reads the environment"},
	{"sendbridge/functions/doctor", "github.com/alecthomas/kong", "flags belong to the command for people"},
	{"sendbridge/functions/http", "github.com/mochi-mqtt/", "the broker belongs to the command for people"},
	{"sendbridge/functions/lambda", "github.com/mochi-mqtt/", "the broker belongs to the command for people"},
	{"sendbridge/functions/lambda", "sendbridge/core/onstest", "the emulator belongs to the command for people"},
	{"sendbridge/functions/lambda", "github.com/prometheus/", "metrics belong to the HTTP main, which is scraped"},
	{"sendbridge/functions/lambda", "sendbridge/functions/internal/runtimetest", "it is for tests"},
	{"sendbridge/functions/lambda", "go.opentelemetry.io/otel/sdk", "exporting spans makes a function start later"},
	{"sendbridge/functions/fc", "go.opentelemetry.io/otel/sdk", "exporting spans makes a function start later"},
	{"sendbridge/functions/fc", "github.com/mochi-mqtt/", "the broker belongs to the command for people"},
	{"sendbridge/functions/fc", "sendbridge/core/onstest", "the emulator belongs to the command for people"},
	{"sendbridge/functions/fc", "github.com/prometheus/", "metrics belong to the HTTP main, which is scraped"},
	{"sendbridge/functions/fc", "sendbridge/functions/internal/runtimetest", "it is for tests"},
	{"sendbridge/functions/sendbridge", "github.com/prometheus/", "metrics belong to the HTTP main, which is scraped"},
	{"sendbridge/functions", "sendbridge/core/rules/rulestest", "it is for tests"},
	{"sendbridge/functions", "sendbridge/core/send/sendtest", "it is for tests"},
	{"sendbridge/functions", "sendbridge/core/bridge/bridgetest", "it is for tests"},
	{"sendbridge/functions", "sendbridge/internal/loopback/loopbacktest", "it is for tests"},
	{"sendbridge", "sendbridge/internal/leaktest", "it is for tests"},
	{"sendbridge", "github.com/eclipse/paho.golang", "its licence is the EPL: it is for tests, and linked into nothing"},
	{"sendbridge/functions/http", "sendbridge/functions/sendbridge", "the console belongs to the command for people"},
	{"sendbridge/functions/lambda", "sendbridge/functions/sendbridge", "the console belongs to the command for people"},
	{"sendbridge/functions/fc", "sendbridge/functions/sendbridge", "the console belongs to the command for people"},
	{"sendbridge/functions/sendbridge/console", "github.com/mochi-mqtt/", "the console gets the broker's hand-overs, and runs no broker"},
	{"sendbridge/functions/sendbridge/console", "github.com/alecthomas/kong", "flags belong to the command"},
	{"sendbridge/functions/http", "github.com/fsnotify/", "a server reads its rules on SIGHUP; only dev watches files"},
	{"sendbridge/functions/lambda", "github.com/fsnotify/", "a function's rules are those that it was deployed with"},
	{"sendbridge/functions/fc", "github.com/fsnotify/", "a function's rules are those that it was deployed with"},
	{"sendbridge/functions/http", "sendbridge/core/onstest", "the emulator belongs to the command for people"},
}

// arrows lists which packages of this module each package imports: the arrows of docs/architecture.md. Add an intended
// import here, and remove one that is no longer in the code.
var arrows = map[string]string{
	"adapters/alifc":                  "adapters/internal/httpevent adapters/internal/trigger adapters/internal/trigger/draft adapters/webhook core core/cloudevent core/fault internal/jsontext",
	"adapters/awslambda":              "adapters/internal/httpevent adapters/internal/trigger adapters/internal/trigger/draft adapters/webhook core core/cloudevent core/fault internal/charset internal/jsontext",
	"adapters/internal/httpevent":     "internal/jsontext",
	"adapters/internal/trigger":       "adapters/internal/trigger/draft core internal/jsontext",
	"adapters/internal/trigger/draft": "core core/cloudevent core/fault internal/charset internal/jsontext",
	"adapters/webhook":                "adapters/webhook/inlet core core/cloudevent core/fault internal/charset internal/jsontext internal/shorten internal/timelimit",
	"adapters/webhook/inlet":          "adapters/internal/trigger/draft core core/cloudevent core/fault core/rules core/rules/template internal/charset internal/jsontext internal/loopback internal/suggest",
	"core":                            "core/fault",
	"core/bridge":                     "core core/cloudevent core/fault core/rules",
	"core/bridge/bridgetest":          "core core/bridge",
	"core/cloudevent":                 "core core/fault core/internal/scalar core/internal/text internal/charset internal/jsontext internal/shorten",
	"core/coretest":                   "core core/cloudevent",
	"core/credential":                 "core/fault core/onsmqtt internal/loopback",
	"core/deadletter":                 "core core/cloudevent internal/loopback",
	"core/fault":                      "",
	"core/fleet":                      "core/bridge core/send",
	"core/internal/jsonpath":          "core/cloudevent core/internal/text",
	"core/internal/scalar":            "internal/jsontext",
	"core/internal/strictyaml":        "core/internal/scalar core/internal/text internal/shorten internal/suggest",
	"core/internal/text":              "internal/jsontext internal/shorten",
	"core/onsmqtt":                    "core/fault internal/loopback",
	"core/onstest":                    "internal/loopback",
	"core/onstest/awssts":             "",
	"core/rules":                      "core core/cloudevent core/fault core/internal/jsonpath core/internal/strictyaml core/internal/text core/rules/pattern core/rules/template internal/suggest",
	"core/rules/pattern":              "core/cloudevent core/internal/jsonpath core/internal/scalar core/internal/strictyaml core/internal/text internal/suggest",
	"core/rules/rulestest":            "core core/cloudevent core/fault core/rules",
	"core/rules/template":             "core/cloudevent core/fault core/internal/jsonpath core/internal/scalar core/internal/strictyaml core/internal/text internal/jsontext internal/suggest",
	"core/send":                       "core core/fault internal/timelimit",
	"core/send/sendtest":              "core core/fault",
	"internal/charset":                "internal/jsontext",
	"internal/jsontext":               "",
	"internal/loopback":               "",
	"internal/leaktest":               "",
	"internal/loopback/loopbacktest":  "internal/loopback",
	"internal/shorten":                "",
	"internal/suggest":                "",
	"internal/timelimit":              "",
}

type goPackage struct {
	ImportPath string
	ForTest    string // the package whose test this variant belongs to
	Imports    []string
	Doc        string
	Deps       []string
}

func TestDependenciesPointOneWay(t *testing.T) {
	for _, p := range packages(t) {
		for _, rule := range barred {
			if !within(p.ImportPath, rule.from) || rule.from == "sendbridge/core" && inner(p.ImportPath) {
				continue
			}
			if i := slices.IndexFunc(p.Deps, func(dep string) bool { return within(dep, rule.on) && dep != p.ImportPath && dep != faults }); i >= 0 {
				t.Errorf("%s depends on %s: %s", p.ImportPath, p.Deps[i], rule.why)
			}
		}
	}
}

func TestTheModelOfErrorsIsALeaf(t *testing.T) {
	for _, p := range packages(t) {
		for _, dep := range p.Deps {
			if first, _, _ := strings.Cut(dep, "/"); p.ImportPath == faults && (first == "sendbridge" || strings.Contains(first, ".")) {
				t.Errorf("%s depends on %s", faults, dep)
			}
		}
	}
}

func TestEachArrowIsMeant(t *testing.T) {
	const module = "sendbridge/"
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, module)
		if name == p.ImportPath || within(name, "functions") {
			continue
		}
		want, known := arrows[name]
		if !known {
			t.Errorf("package %s is not in arrows", name)
		}
		var got []string
		for _, path := range p.Imports {
			if own, ok := strings.CutPrefix(path, module); ok {
				got = append(got, own)
			}
		}
		if got := strings.Join(got, " "); got != want {
			t.Errorf("%s imports %q, want %q", name, got, want)
		}
	}
}

func TestAdaptersDoNotKnowEachOther(t *testing.T) {
	const adapters = "sendbridge/adapters/"
	for _, p := range packages(t) {
		if !strings.HasPrefix(p.ImportPath, adapters) {
			continue
		}
		for _, dep := range p.Deps {
			// An HTTP request is the same for every adapter, so webhook decodes it for all.
			if strings.HasPrefix(dep, adapters) && !within(dep, adapters+"webhook") && !strings.HasPrefix(dep, adapters+"internal/") {
				t.Errorf("%s depends on %s", p.ImportPath, dep)
			}
		}
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	for _, p := range packages(t) {
		if p.Doc == "" && p.ImportPath != "sendbridge" {
			t.Errorf("%s has no package comment", p.ImportPath)
		}
	}
}

// within reports whether path is the package that prefix names, or below it. A prefix that ends in / names a family.
func within(path, prefix string) bool {
	return path == prefix || strings.HasPrefix(path, strings.TrimSuffix(prefix, "/")+"/")
}

// inner reports whether a package is inside core. Such packages stand beside core, not in it.
func inner(path string) bool {
	return strings.HasPrefix(path, "sendbridge/core/")
}

// listed is what go list says of all packages and their tests, asked once.
var listed = sync.OnceValues(func() ([]goPackage, error) {
	return goList[goPackage](nil, "-test", "-deps", "-json=ImportPath,ForTest,Imports,Doc,Deps", "./...")
})

// goList runs go list with a setting of the environment or nothing, and returns what it prints.
func goList[T any](env []string, args ...string) ([]T, error) {
	list := exec.Command("go", append([]string{"list"}, args...)...)
	list.Env = append(os.Environ(), env...)
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	var found []T
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var p T
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return found, nil
		} else if err != nil {
			return nil, err
		}
		found = append(found, p)
	}
}

// packages returns the packages of this module, without their tests.
func packages(t *testing.T) []goPackage {
	t.Helper()
	all, err := listed()
	if err != nil {
		t.Fatal(err)
	}
	var list []goPackage
	for _, p := range all {
		if within(p.ImportPath, "sendbridge") && p.ForTest == "" && !strings.HasSuffix(p.ImportPath, ".test") {
			list = append(list, p)
		}
	}
	if len(list) < 5 {
		t.Fatalf("go list found %d packages of this module", len(list))
	}
	return list
}
