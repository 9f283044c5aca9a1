// The default chain: https://www.alibabacloud.com/help/en/sdk/developer-reference/v2-manage-go-access-credentials

package credential

import (
	"context"
	"errors"
	"slices"
	"strings"

	"sendbridge/core/fault"
)

// A link is one of the places that a chain tries.
type link struct {
	name  string // such as "env"
	fetch Fetch
}

// A chain tries its links in order, each time from the first. It stops at a link that has credentials but cannot provide
// them at the moment, because the credentials of the next link belong to another caller.
type chain struct {
	name   string
	links  []link
	named  bool    // the environment selects its only link
	unset  []Tried // the places that are skipped, for its error
	places string  // which places it tries and which it skips, for people
}

func (c *chain) fetch(ctx context.Context) (Grant, error) {
	e := newFault(c.name, fault.CodeCredentialsUnavailable, "")
	e.Tried = slices.Clone(c.unset)
	for _, l := range c.links {
		grant, err := l.fetch(ctx)
		if err == nil {
			return grant, nil
		}
		if c.named {
			return Grant{}, err
		}
		e.Tried = append(e.Tried, Tried{l.name, err})
		if passing(err) {
			break
		}
	}
	return Grant{}, c.failed(e)
}

// passing reports whether the fault may disappear by itself.
func passing(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Class != fault.ClassCredential
}

// failed returns an error that lists the error of each link. It is transient if the last link's fault is.
func (c *chain) failed(e *Error) error {
	var texts []string
	for _, t := range e.Tried {
		text := t.Provider + ": " + t.Err.Error()
		if own := (*Error)(nil); errors.As(t.Err, &own) {
			text = strings.TrimPrefix(own.Error(), noCredentialsFrom)
			if passing(own) {
				e.Class, e.Actor, e.RetryAfter = own.Class, own.Actor, own.RetryAfter
			}
		}
		texts = append(texts, text)
	}
	e.Message = "tried in turn " + strings.Join(texts, "; ")
	e.Advice = "which of these you want to use, and set SENDBRIDGE_CREDENTIALS to it for a clearer error"
	return e
}
