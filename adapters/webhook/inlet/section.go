package inlet

import (
	"slices"
	"strings"

	"sendbridge/core/rules"
	"sendbridge/core/rules/template"
	"sendbridge/internal/suggest"
)

const writeInlet = "such as {github: {verify: github, secretEnv: GITHUB_SECRET}}"

// Section reads the inlets of a rules file into a list, in the order of the file.
func Section(into *[]Spec) rules.Section {
	return rules.Section{
		Name: "inlets",
		Read: func(n rules.Node) { *into = readInlets(n) },
		Ingresses: func() (ingresses []string) {
			for i := range *into {
				ingresses = append(ingresses, "http:"+(*into)[i].Path())
			}
			return ingresses
		},
	}
}

func readInlets(n rules.Node) []Spec {
	if !n.IsMapping() {
		n.Mistake("inlets must be a mapping of names to inlets, %s, not %s", writeInlet, n.Kind())
		return nil
	}
	var list []Spec
	for _, e := range n.Entries() {
		if !isName(e.Name) {
			e.Key.Mistake("inlet %q: a name is part of an address: a-z, 0-9, - and _ only, at most 64", e.Name)
		}
		list = append(list, readInlet(e))
	}
	return list
}

func readInlet(e rules.Entry) Spec {
	s := Spec{Name: e.Name, settings: settings{}}
	f := e.Value.Fields("an inlet", keyNames()...)
	if f == nil {
		return s
	}
	if n, ok := f["verify"]; !ok {
		e.Key.Mistake("inlet %q: verify is missing: write %s", e.Name, suggest.Alternatives(verifierNames()))
	} else {
		s.Verify = n.Word("verify", verifierNames()...)
	}
	checkKeys(e, f, s.Verify)
	readSettings(f, &s)
	if s.Verify == "hmac" && f["header"].Node != nil {
		checkComposition(e, &s)
	}
	if v := verifierOf(s.Verify); v != nil {
		s.takeFrom(&v.sender)
		if slices.ContainsFunc(v.keys, func(k key) bool { return k.name == "subjectClaim" }) && f["email"].Node == nil && f["subjectClaim"].Node == nil {
			e.Key.Mistake("inlet %q: email or subjectClaim is missing: anybody with an account at the issuer can get a token for any audience, so write whose tokens to accept", e.Name)
		}
	}
	readAttributes(e, f, &s)
	if n, ok := f["unwrap"]; ok {
		s.readUnwrap(n)
	}
	return s
}

// keyNames returns all keys that an inlet may have. unverified comes after the secret, which it replaces.
func keyNames() []string {
	names := []string{"verify", "secretEnv", "unverified"}
	for _, k := range ownKeys() {
		if !slices.Contains(names, k.name) {
			names = append(names, k.name)
		}
	}
	return append(names, "origins", "challenge", "cloudevents", "unwrap", "id", "type", "source", "subject", "time")
}

// checkKeys reports keys that the verifier needs and the file lacks, and keys of other verifiers.
func checkKeys(e rules.Entry, f map[string]rules.Node, verify string) {
	v := verifierOf(verify)
	if v == nil {
		return
	}
	keys := v.keys
	if v.secret {
		keys = append(slices.Clone(keys), secretKey)
	}
	for _, k := range keys {
		if _, ok := f[k.name]; !ok && k.want != "" {
			e.Key.Mistake("inlet %q: %s is missing: %s", e.Name, k.name, k.want)
		}
	}
	for _, k := range append(ownKeys(), secretKey) {
		n, ok := f[k.name]
		if ok && !slices.ContainsFunc(keys, func(own key) bool { return own.name == k.name }) {
			n.Mistake("verify: %s has no %s: leave it out", v.name, k.name)
		}
	}
}

// readSettings reads the keys that are not attributes of events. It also reads the keys of other verifiers, so that one run
// reports every mistake.
func readSettings(f map[string]rules.Node, s *Spec) {
	keys := ownKeys()
	if v := verifierOf(s.Verify); v != nil {
		keys = append(slices.Clone(v.keys), keys...) // the verifier's own key comes first if a name occurs twice
	}
	for _, k := range keys {
		n, given := f[k.name]
		if _, done := s.settings[k.name]; given && !done {
			s.settings[k.name] = k.read(n, k.name, s)
		}
	}
	if n, ok := f[secretKey.name]; ok {
		s.SecretEnv, s.wholeSecrets = readSecretEnv(n), n.IsList()
	}
	if n, ok := f["origins"]; ok {
		s.Origins = n.Texts("origins")
	}
	if n, ok := f["challenge"]; ok {
		s.Challenge = n.Word("challenge", challengeNames()...)
	}
	if n, ok := f["cloudevents"]; ok {
		s.CloudEvents = n.Bool("cloudevents")
	}
}

var secretKey = key{name: "secretEnv", want: "write the name of the environment variable that contains the secret"}

func readSecretEnv(n rules.Node) []string {
	names := n.Texts("secretEnv")
	for _, name := range names {
		if !isVariableName(name) || strings.HasPrefix(name, "SENDBRIDGE_") {
			n.Mistake("secretEnv must be the name of an environment variable, such as GITHUB_SECRET, never a secret itself; names with SENDBRIDGE_ are settings")
			break
		}
	}
	return names
}

func isVariableName(s string) bool {
	return s != "" && (s[0] < '0' || s[0] > '9') && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// readAttributes reads the templates of the event's attributes.
func readAttributes(e rules.Entry, f map[string]rules.Node, s *Spec) {
	for name, to := range map[string]**template.BodyText{"id": &s.ID, "type": &s.Type, "source": &s.Source, "subject": &s.Subject, "time": &s.Time} {
		if n, ok := f[name]; ok {
			*to = template.ReadBodyText(n, name)
		}
	}
	v := verifierOf(s.Verify)
	if _, ok := f["type"]; !ok && v != nil && !v.types && !s.CloudEvents {
		e.Key.Mistake("inlet %q: type is missing: write the type of its events, such as type: com.example.%s, or cloudevents: true if it receives only CloudEvents", e.Name, e.Name)
	}
}
