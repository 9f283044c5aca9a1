package webhook

import "strings"

// The specification's limits of a tracestate.
const (
	maxTraceMembers = 32
	maxTraceKey     = 256
	maxTraceValue   = 256
)

// readTraceState joins the members of all tracestate headers; empty if one is malformed, as the order of the others
// would mean something else without it.
// https://www.w3.org/TR/trace-context/#tracestate-header
func readTraceState(headers []string) string {
	var members []string
	for _, h := range headers {
		for member := range strings.SplitSeq(h, ",") {
			member = strings.Trim(member, " \t")
			if member == "" {
				continue
			}
			if len(members) == maxTraceMembers || !isTraceMember(member) {
				return ""
			}
			members = append(members, member)
		}
	}
	return strings.Join(members, ",")
}

func isTraceMember(s string) bool {
	key, value, ok := strings.Cut(s, "=")
	return ok && isTraceKey(key) && value != "" && len(value) <= maxTraceValue && !strings.ContainsFunc(value, isNoTraceValue)
}

// isTraceKey takes a name, or a tenant's name and a system's with an @ between them.
func isTraceKey(s string) bool {
	tenant, system, ok := strings.Cut(s, "@")
	if len(s) > maxTraceKey {
		return false
	}
	if !ok {
		return isTraceName(s) && isLower(s[0])
	}
	return isTraceName(tenant) && isTraceName(system) && isLower(system[0])
}

func isTraceName(s string) bool {
	return s != "" && (isLower(s[0]) || isDigit(s[0])) && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789_-*/") == ""
}

func isNoTraceValue(r rune) bool { return r < ' ' || r > '~' || r == '=' }
func isLower(c byte) bool        { return 'a' <= c && c <= 'z' }
func isDigit(c byte) bool        { return '0' <= c && c <= '9' }
