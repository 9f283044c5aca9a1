package pattern

import (
	"encoding/json"
	"math/big"
	"net/netip"
	"regexp"
	"strings"
)

// The reference matcher implements patterns in the simplest way: on decoded values, with rationals for numbers and regular
// expressions for wildcards.

// refText is an attribute: a text that can also match a number or a boolean.
type refText string

// refNothing is a missing value. refOpaque is a value that can only exist.
type (
	refNothing struct{}
	refOpaque  struct{}
)

// refMatch matches a pattern, an object or a list of values, against a value of the event.
func refMatch(want, got any) bool { return refAt(want, got, nil, nil) }

// refAt is refMatch at a place. path leads to it from array, the outermost array around it, or nil.
func refAt(want, got any, array []any, path []string) bool {
	elements, isArray := got.([]any)
	fields, nested := want.(map[string]any)
	if !nested {
		for _, v := range want.([]any) {
			if object, ok := v.(map[string]any); ok && array != nil && object["exists"] == false {
				if !refHas(array, path) {
					return true
				}
			} else if refValue(v, got) {
				return true
			}
		}
		for _, element := range elements {
			if _, inner := element.([]any); inner && refInArray(want, element) || !inner && refAt(want, element, nil, nil) {
				return true
			}
		}
		return false
	}
	if isArray {
		flat := refFlat(elements)
		if array == nil {
			array, path = flat, nil
		}
		if len(flat) == 0 {
			return refFields(fields, refNothing{}, array, path)
		}
		for _, element := range flat {
			if refFields(fields, element, array, path) {
				return true
			}
		}
		return false
	}
	return refFields(fields, got, array, path)
}

// refInArray matches values against the elements of an array in an array.
func refInArray(want, got any) bool {
	for _, element := range refFlat(got.([]any)) {
		if refAt(want, element, nil, nil) {
			return true
		}
	}
	return false
}

func refFields(fields map[string]any, got any, array []any, path []string) bool {
	object, _ := got.(map[string]any)
	for name, v := range fields {
		if name == "$or" {
			if !refOr(v.([]any), got, array, path) {
				return false
			}
			continue
		}
		member, there := object[name]
		if !there {
			member = refNothing{}
		}
		if !refAt(v, member, array, append(path[:len(path):len(path)], name)) {
			return false
		}
	}
	return true
}

func refOr(alternatives []any, got any, array []any, path []string) bool {
	for _, fields := range alternatives {
		if refFields(fields.(map[string]any), got, array, path) {
			return true
		}
	}
	return false
}

// refFlat flattens nested arrays.
func refFlat(list []any) (flat []any) {
	for _, element := range list {
		if inner, ok := element.([]any); ok {
			flat = append(flat, refFlat(inner)...)
		} else {
			flat = append(flat, element)
		}
	}
	return flat
}

// refHas reports whether a path leads to a value from a value, or from an element of it.
func refHas(got any, path []string) bool {
	if list, ok := got.([]any); ok && len(path) > 0 {
		for _, element := range list {
			if refHas(element, path) {
				return true
			}
		}
		return false
	}
	if len(path) == 0 {
		return true
	}
	object, _ := got.(map[string]any)
	member, there := object[path[0]]
	return there && refHas(member, path[1:])
}

func refValue(want, got any) bool {
	object, ok := want.(map[string]any)
	if !ok {
		return refEqual(want, got)
	}
	for name, operand := range object {
		if !refMatcher(name, operand, got) {
			return false
		}
	}
	return true
}

func refEqual(want, got any) bool {
	if a, ok := refRat(want); ok {
		b, ok := refRat(got)
		return ok && a.Cmp(b) == 0
	}
	if text, ok := got.(refText); ok {
		return want == string(text) || want == true && text == "true" || want == false && text == "false"
	}
	switch got.(type) {
	case []any, map[string]any:
		return false
	}
	return want == got
}

func refRat(v any) (*big.Rat, bool) {
	switch v := v.(type) {
	case json.Number:
		return new(big.Rat).SetString(string(v))
	case refText:
		var n json.Number
		if json.Unmarshal([]byte(v), &n) != nil || v[0] == '"' || strings.TrimSpace(string(v)) != string(v) {
			return nil, false
		}
		return new(big.Rat).SetString(string(n))
	}
	return nil, false
}

func refMatcher(name string, operand, got any) bool {
	_, nothing := got.(refNothing)
	switch name {
	case "exists":
		return operand == !nothing
	case "numeric":
		return refNumeric(operand.([]any), got)
	case "anything-but":
		switch got.(type) {
		case refNothing, refOpaque, []any, map[string]any:
			return false
		}
		if object, ok := operand.(map[string]any); ok {
			return !refValue(object, got)
		}
		for _, v := range refList(operand) {
			if refEqual(v, got) {
				return false
			}
		}
		return true
	}
	var text string
	switch got := got.(type) {
	case string:
		text = got
	case refText:
		text = string(got)
	default:
		return false
	}
	if object, ok := operand.(map[string]any); ok {
		name, operand = name+"-ignore-case", object["equals-ignore-case"]
	}
	for _, v := range refList(operand) {
		if refTextMatcher(name, v.(string), text) {
			return true
		}
	}
	return false
}

func refList(operand any) []any {
	if list, ok := operand.([]any); ok {
		return list
	}
	return []any{operand}
}

func refNumeric(operand []any, got any) bool {
	n, ok := refRat(got)
	for ok && len(operand) > 0 {
		limit, _ := refRat(operand[1])
		sign := n.Cmp(limit)
		ok = map[any]bool{"=": sign == 0, ">": sign > 0, ">=": sign >= 0, "<": sign < 0, "<=": sign <= 0}[operand[0]]
		operand = operand[2:]
	}
	return ok
}

func refTextMatcher(name, want, got string) bool {
	switch name {
	case "prefix":
		return len(got) >= len(want) && got[:len(want)] == want
	case "suffix":
		return len(got) >= len(want) && got[len(got)-len(want):] == want
	case "contains":
		return regexp.MustCompile(regexp.QuoteMeta(want)).MatchString(got)
	case "equals-ignore-case":
		return regexp.MustCompile(`(?is)\A` + regexp.QuoteMeta(want) + `\z`).MatchString(got)
	case "prefix-ignore-case":
		return regexp.MustCompile(`(?is)\A` + regexp.QuoteMeta(want)).MatchString(got)
	case "suffix-ignore-case":
		return regexp.MustCompile(`(?is)` + regexp.QuoteMeta(want) + `\z`).MatchString(got)
	case "wildcard":
		var expr strings.Builder
		for _, token := range regexp.MustCompile(`(?s)\\.|.`).FindAllString(want, -1) {
			if token == "*" {
				expr.WriteString(".*")
			} else {
				expr.WriteString(regexp.QuoteMeta(strings.TrimPrefix(token, `\`)))
			}
		}
		return regexp.MustCompile(`(?s)\A` + expr.String() + `\z`).MatchString(got)
	case "cidr":
		addr, err := netip.ParseAddr(got)
		return err == nil && netip.MustParsePrefix(want).Contains(addr.Unmap())
	}
	panic("no such matcher: " + name)
}
