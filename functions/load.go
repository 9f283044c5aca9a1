package functions

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"

	"sendbridge/internal/shorten"
	"sendbridge/internal/suggest"
)

// A Fault is one wrong setting: its name, its value unless it is a secret, and what is allowed.
type Fault struct {
	Name, Value, Want string
}

func (f *Fault) Error() string {
	if f.Value == "" {
		return f.Name + " is not set: want " + f.Want
	}
	return fmt.Sprintf("%s=%q: want %s", f.Name, shorten.Bytes(f.Value, 80), f.Want)
}

// Load reads a configuration from an environment. Its error contains a Fault for each setting that is wrong or missing.
func Load(environ []string) (Config, error) {
	l := loader{environ: env.ToMap(environ)}
	l.runtime = runtimeOf(l.environ)
	return l.load()
}

// Check reads the settings of an environment as the main of a runtime does, for commands that send nothing to the API: it
// does not require settings that only sending needs. Its error is literally the main's. An empty runtime means the runtime
// of the environment.
func Check(environ []string, r Runtime) (Config, error) {
	l := loader{environ: env.ToMap(environ), partial: true, runtime: r}
	if r == "" {
		l.runtime = runtimeOf(l.environ)
	}
	c, err := l.load()
	if err != nil {
		return c, err
	}
	if c.Topic+c.Rules+c.RulesFile != "" {
		if _, err := LoadRules(&c, ""); err != nil {
			return c, err
		}
	}
	return c, l.checkCredentials(&c)
}

// checkCredentials lets the source of credentials check its settings. It ignores the keys themselves, which are not
// settings of Sendbridge.
func (l *loader) checkCredentials(c *Config) error {
	_, err := openCredentials(c, l.environ)
	if all, ok := err.(interface{ Unwrap() []error }); ok {
		for _, err := range all.Unwrap() {
			if f := (*Fault)(nil); errors.As(err, &f) && strings.HasPrefix(f.Name, "SENDBRIDGE_") {
				return f
			}
		}
	}
	return nil
}

func (l *loader) load() (Config, error) {
	var c Config
	l.refuseUnknown()
	l.parse(&c)
	l.checkWords()
	if len(l.faults) == 0 {
		l.derive(&c)
		l.checkLimits(&c)
		l.checkRuntime(&c)
		l.checkTogether(&c)
	}
	if len(l.faults) == 0 {
		l.checkParts(&c)
	}
	return c, errors.Join(l.faults...)
}

type loader struct {
	environ map[string]string
	runtime Runtime
	partial bool // settings may be missing
	faults  []error
}

// fault reports that a setting is wrong. An empty want is taken from the setting's tags.
func (l *loader) fault(name, want string) {
	f := &Fault{Name: name, Value: l.environ[name], Want: want}
	for _, field := range fields() {
		if field.Tag.Get("env") != name {
			continue
		}
		if f.Want == "" {
			f.Want = field.Tag.Get("want")
		}
		if isSecret(field.Tag.Get("secret"), f.Value) {
			f.Value = "(secret)"
		}
	}
	l.faults = append(l.faults, f)
}

// isSecret reports whether a value must not be shown. A URL may contain a password or token in any part; the path of a file
// does not.
func isSecret(tag, value string) bool {
	isPath := strings.HasPrefix(value, "file:") || strings.HasPrefix(value, "/") || strings.HasPrefix(value, ".")
	return value != "" && (tag == "true" || tag == "except paths" && !isPath)
}

func (l *loader) refuseUnknown() {
	var known []string
	for _, f := range fields() {
		known = append(known, f.Tag.Get("env"))
	}
	for name := range l.environ {
		if strings.HasPrefix(name, "SENDBRIDGE_") && !slices.Contains(known, name) {
			l.faults = append(l.faults, noSuchSetting(name, known))
		}
	}
	slices.SortFunc(l.faults, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
}

func noSuchSetting(name string, known []string) error {
	if meant := suggest.Nearest(name, known); meant != "" {
		return fmt.Errorf("%s: there is no such setting; did you mean %s?", name, meant)
	}
	return fmt.Errorf("%s: there is no such setting; docs/settings.md and --help list all settings", name)
}

func (l *loader) parse(c *Config) {
	// A variable that is set to an empty string counts as not set, so that a template may leave one empty.
	set := make(map[string]string, len(l.environ))
	for name, value := range l.environ {
		if value != "" {
			set[name] = value
		}
	}
	err := env.ParseWithOptions(c, env.Options{Environment: set})
	var all env.AggregateError
	if !errors.As(err, &all) {
		return
	}
	for _, err := range all.Errors {
		var parse env.ParseError
		if !errors.As(err, &parse) {
			l.faults = append(l.faults, err)
			continue
		}
		field, _ := reflect.TypeFor[Config]().FieldByName(parse.Name)
		l.fault(field.Tag.Get("env"), "")
	}
}

// checkWords checks the settings that are words, or lists of words.
func (l *loader) checkWords() {
	for _, f := range fields() {
		name, allowed := f.Tag.Get("env"), strings.Fields(f.Tag.Get("oneof"))
		value := l.environ[name]
		if value == "" || len(allowed) == 0 {
			continue
		}
		words := []string{value}
		if f.Type.Kind() == reflect.Slice {
			words = strings.Split(value, ",")
		}
		for _, word := range words {
			if !slices.Contains(allowed, word) {
				l.fault(name, "one of "+strings.Join(allowed, ", "))
				break
			}
		}
	}
}
