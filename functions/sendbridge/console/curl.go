package console

import (
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf8"
)

// curl returns a shell command that sends the request again to events, a URL that ends in /. It leaves secrets out.
func (x *exchange) curl(events string) string {
	var b strings.Builder
	body := x.body.kept.String()
	isText := utf8.ValidString(body) && !strings.Contains(body, "\x00")
	if !isText {
		b.WriteString("printf %s " + shell(base64.StdEncoding.EncodeToString([]byte(body))) + " | base64 -d | ")
	}
	b.WriteString("curl -i")
	if x.method != "POST" {
		b.WriteString(" -X " + shell(x.method))
	}
	b.WriteString(" " + shell(strings.TrimSuffix(events, "/")+masked(x.target)))
	for _, h := range headersOf(x.header) {
		if !slices.Contains([]string{"Accept", "Accept-Encoding", "Connection", "Content-Length", "User-Agent"}, h.Name) {
			b.WriteString(" \\\n  -H " + shell(h.Name+": "+h.Value))
		}
	}
	switch {
	case !isText:
		b.WriteString(" \\\n  --data-binary @-")
	case body != "":
		b.WriteString(" \\\n  --data-raw " + shell(body))
	}
	return b.String()
}

// shell quotes a word for sh.
func shell(s string) string { return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'" }
