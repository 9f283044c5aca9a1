package template

import (
	"errors"
	"fmt"
	"strings"

	"sendbridge/core/cloudevent"
	"sendbridge/core/internal/strictyaml"
)

// headerPrefix starts a header's placeholder, as in ${header.X-Shopify-Topic}.
const headerPrefix = "header."

// cutHeader parses the name of a header in a placeholder over a request.
func cutHeader(str string) (*variable, string, error) {
	name, found := strings.CutPrefix(str, headerPrefix)
	end := strings.IndexFunc(name, func(r rune) bool { return !isHeaderRune(r) })
	if !found || end <= 0 {
		return nil, str, errors.New("write ${$.path} for a value of the body, ${header.NAME} for a header, $${ for a literal ${")
	}
	return &variable{source: fromHeader, field: name[:end]}, name[end:], nil
}

func isHeaderRune(r rune) bool {
	return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || r == '-' || r == '_'
}

// header returns the value of a header that the request has once. A header that it has several times counts as missing,
// because it is unknown which value the sender meant.
func (x *variable) header(v *cloudevent.View) cloudevent.Value {
	if v.Header == nil {
		return cloudevent.Value{}
	}
	values := v.Header(x.field)
	if len(values) != 1 {
		return cloudevent.Value{}
	}
	return cloudevent.Value{Kind: cloudevent.Text, Str: values[0]}
}

// readHeaderText reads {header: NAME}.
func readHeaderText(n strictyaml.Node) *BodyText {
	e, ok := n.OnlyEntry("header")
	if !ok {
		return nil
	}
	name := e.Value.Text("header")
	t, err := ParseBodyText("${" + headerPrefix + name + "}")
	if err != nil || len(t.template.Placeholders) != 1 || t.template.Placeholders[0].from.field != name {
		e.Value.Mistake("%v", fmt.Errorf("header %q must be the name of a header, such as X-Request-Id", name))
		return nil
	}
	return t
}
