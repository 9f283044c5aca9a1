package core

import (
	"net/url"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

const writeInlet = "such as {github: {verify: github, secretEnv: GITHUB_SECRET}}"

// compileInlets reads the file's inlets in its order.
func compileInlets(n ast.Node, m *mistakes) []Inlet {
	object, ok := n.(*ast.MappingNode)
	if !ok {
		m.on(n)("inlets must be a mapping of names to inlets, %s, not %s", writeInlet, nodeType(n))
		return nil
	}
	var list []Inlet
	for _, e := range entries(object, m) {
		if !isInletName(e.name) {
			m.at(e.key, "inlet %q: a name is part of an address: a-z, 0-9, - and _ only, at most 64", e.name)
		}
		list = append(list, compileInlet(e, m))
	}
	return list
}

func compileInlet(e entry, m *mistakes) Inlet {
	i := Inlet{Name: e.name}
	f := m.fields(e.value, "an inlet", "verify", "secretEnv", "unverified", "header", "hash", "encoding", "prefix", "url",
		"region", "signatureV1", "topicArns", "origins", "challenge", "cloudevents", "id", "type", "source", "subject", "time")
	if f == nil {
		return i
	}
	if n, ok := f["verify"]; !ok {
		m.at(e.key, "inlet %q: verify is missing: write %s", e.name, quoted(Verifiers()))
	} else {
		i.Verify = m.word(n, "verify", Verifiers())
	}
	m.compileProof(e, f, &i)
	m.compileSettings(f, &i)
	m.compileAttributes(e, f, &i)
	return i
}

// compileProof reads what a verifier needs, and refuses what belongs to another.
func (m *mistakes) compileProof(e entry, f map[string]ast.Node, i *Inlet) {
	if i.Verify == "" {
		return
	}
	required, optional := ownKeys(i.Verify)
	if needsSecret(i.Verify) {
		required = append(required, "secretEnv")
	}
	if i.Verify == "none" {
		required = append(required, "unverified")
	}
	for _, name := range required {
		if f[name] == nil {
			m.at(e.key, "inlet %q: %s is missing: %s", e.name, name, meaningOf(name))
		}
	}
	for _, name := range []string{"secretEnv", "unverified", "header", "hash", "encoding", "prefix", "url", "region", "signatureV1", "topicArns"} {
		if n := f[name]; n != nil && !slices.Contains(required, name) && !slices.Contains(optional, name) {
			m.on(n)("verify: %s has no %s: leave it out", i.Verify, name)
		}
	}
	if n := f["unverified"]; n != nil {
		m.word(n, "unverified", []string{"anybody-may-post"})
	}
}

// meaningOf says what to write for a key that a verifier needs.
func meaningOf(key string) string {
	switch key {
	case "secretEnv":
		return "write the name of the environment variable that has the secret"
	case "unverified":
		return "write unverified: anybody-may-post, in so many words, or another verifier"
	case "header":
		return "write the name of the header that has the signature"
	case "url":
		return "write the address that EventBridge calls, which it signs"
	case "region":
		return "write where the event bus is, such as cn-hangzhou: its certificate comes from there alone"
	}
	return "write the ARNs of the topics, such as [\"arn:aws:sns:us-east-1:123456789012:alarms\"]"
}

// compileSettings reads what is plain text, a word, a list or a switch.
func (m *mistakes) compileSettings(f map[string]ast.Node, i *Inlet) {
	for name, to := range map[string]*string{"header": &i.Header, "prefix": &i.Prefix} {
		if n := f[name]; n != nil {
			*to, _ = m.text(n, name)
		}
	}
	for name, c := range map[string]struct {
		to    *string
		words []string
	}{"hash": {&i.Hash, []string{"sha256", "sha512", "sha384", "sha1"}}, "encoding": {&i.Encoding, []string{"hex", "base64"}},
		"challenge": {&i.Challenge, Challenges()}} {
		if n := f[name]; n != nil {
			*c.to = m.word(n, name, c.words)
		}
	}
	for name, to := range map[string]*bool{"signatureV1": &i.SignatureV1, "cloudevents": &i.CloudEvents} {
		if n := f[name]; n != nil {
			*to = m.toggle(n, name)
		}
	}
	if n := f["origins"]; n != nil {
		i.Origins = m.texts(n, "origins")
	}
	m.compileChecked(f, i)
}

// compileChecked reads texts that have a form of their own.
func (m *mistakes) compileChecked(f map[string]ast.Node, i *Inlet) {
	if n := f["secretEnv"]; n != nil {
		i.SecretEnv, _ = m.text(n, "secretEnv")
		if !isVariableName(i.SecretEnv) || strings.HasPrefix(i.SecretEnv, "SENDBRIDGE_") {
			m.on(n)("secretEnv must be the name of an environment variable, such as GITHUB_SECRET, never a secret itself; names with SENDBRIDGE_ are settings")
		}
	}
	if n := f["url"]; n != nil {
		i.URL, _ = m.text(n, "url")
		if u, err := url.Parse(i.URL); err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
			m.on(n)("url %q must be a whole address, such as https://example.com%s", i.URL, i.Path())
		}
	}
	if n := f["region"]; n != nil {
		i.Region, _ = m.text(n, "region")
		if !isInletName(i.Region) || strings.Contains(i.Region, "_") {
			m.on(n)("region %q must be a region's id, such as cn-hangzhou", i.Region)
		}
	}
	if n := f["topicArns"]; n != nil {
		i.TopicARNs = m.texts(n, "topicArns")
		for _, arn := range i.TopicARNs {
			if parts := strings.Split(arn, ":"); len(parts) != 6 || parts[0] != "arn" || parts[2] != "sns" || !isInletName(parts[3]) {
				m.on(n)("topicArns: %q is no topic's ARN, such as arn:aws:sns:us-east-1:123456789012:alarms", arn)
			}
		}
	}
}

// compileAttributes reads what an event is made of that does not bring its attributes.
func (m *mistakes) compileAttributes(e entry, f map[string]ast.Node, i *Inlet) {
	for name, to := range map[string]**BodyText{"type": &i.Type, "source": &i.Source, "subject": &i.Subject, "time": &i.Time} {
		if n := f[name]; n != nil {
			*to = compileBodyText(n, name, m)
		}
	}
	if n, ok := f["id"].(*ast.MappingNode); ok {
		if header, ok := onlyEntry(n, []string{"header"}, m); ok {
			i.IDHeader, _ = m.text(header.value, "header")
		}
	} else if n := f["id"]; n != nil {
		i.ID = compileBodyText(n, "id", m)
	}
	if i.Verify != "" && f["type"] == nil && !i.CloudEvents && !typesItself(i.Verify) {
		m.at(e.key, "inlet %q: type is missing: write the type of its events, such as type: com.example.%s, or cloudevents: true if it gets CloudEvents only", e.name, e.name)
	}
}

// word returns one of the words that are allowed, empty after a mistake.
func (m *mistakes) word(n ast.Node, what string, allowed []string) string {
	text, ok := m.text(n, what)
	if ok && !slices.Contains(allowed, text) {
		m.on(n)("%s %q is not known: %s", what, text, nearest(text, allowed))
		return ""
	}
	return text
}

func (m *mistakes) toggle(n ast.Node, what string) bool {
	b, ok := n.(*ast.BoolNode)
	if !ok {
		m.on(n)("%s must be true or false, not %s", what, nodeType(n))
		return false
	}
	return b.Value
}

// texts reads a list of texts, or one text.
func (m *mistakes) texts(n ast.Node, what string) []string {
	var list []string
	for _, element := range listOf(n, m) {
		if text, ok := m.text(element, what); ok {
			list = append(list, text)
		}
	}
	return list
}

func isVariableName(s string) bool {
	return s != "" && (s[0] < '0' || s[0] > '9') && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == ""
}
