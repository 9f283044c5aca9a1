package onsmqtt

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
)

// Credentials is one set of credentials; its parts come from the same refresh. SecurityToken is empty for a permanent key.
// Printed, logged or marshalled, it shows only a masked AccessKeyId.
type Credentials struct{ AccessKeyID, AccessKeySecret, SecurityToken string }

// A Provider returns the credentials for one attempt. It is called once for each attempt, concurrently, and should answer
// from memory. The text of its error ends up in logs, so it must not contain a secret.
type Provider func(ctx context.Context) (Credentials, error)

// String returns the masked AccessKeyId.
func (c Credentials) String() string {
	id := c.AccessKeyID
	if len(id) < 12 {
		return "***"
	}
	return id[:4] + "***" + id[len(id)-4:]
}

// GoString is String, so that %#v shows no more than %v.
func (c Credentials) GoString() string { return c.String() }

// Format writes String for every verb and flag.
func (c Credentials) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, c.String()) }

// LogValue is String for log/slog.
func (c Credentials) LogValue() slog.Value { return slog.StringValue(c.String()) }

// MarshalText is String for JSON and other encodings. It cannot be unmarshalled.
func (c Credentials) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// check rejects credentials that would break a header or a signature: an incomplete key, or one pasted with its line end.
func (c Credentials) check() error {
	parts := [...]struct {
		name, value string
		optional    bool
	}{
		{"AccessKeyId", c.AccessKeyID, false},
		{"AccessKeySecret", c.AccessKeySecret, false},
		{"SecurityToken", c.SecurityToken, true},
	}
	for _, p := range parts {
		switch {
		case p.value == "" && !p.optional:
			return &Error{Code: codeBadCredentials, Message: "the " + p.name + " is empty"}
		case strings.ContainsFunc(p.value, unprintable):
			return &Error{Code: codeBadCredentials, Message: "the " + p.name + " contains white space, a control character or one outside ASCII"}
		}
	}
	return nil
}

func unprintable(r rune) bool { return r <= ' ' || r > '~' }
