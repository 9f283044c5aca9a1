// The default chain: https://www.alibabacloud.com/help/en/sdk/developer-reference/v2-manage-go-access-credentials

package credential

import (
	"context"
	"strings"
	"sync/atomic"
)

// A link is one of the places where a chain looks.
type link struct {
	name  string // such as "env"
	fetch Fetch
}

// A chain asks its links in order. The one that gave the last triple is asked first, as another is another caller; when it
// fails, all are asked anew.
type chain struct {
	name  string
	links []link
	last  atomic.Pointer[link]
}

func (c *chain) fetch(ctx context.Context) (Grant, error) {
	if last := c.last.Load(); last != nil {
		if grant, err := last.fetch(ctx); err == nil {
			return grant, nil
		}
		c.last.Store(nil)
	}
	e := newFault(c.name, codeUnavailable, "")
	for i := range c.links {
		l := &c.links[i]
		grant, err := l.fetch(ctx)
		if err == nil {
			c.last.Store(l)
			return grant, nil
		}
		e.Tried = append(e.Tried, Tried{l.name, err})
	}
	return Grant{}, c.failed(e)
}

// failed tells of each link in the error's message.
func (c *chain) failed(e *Error) error {
	var texts []string
	for _, t := range e.Tried {
		why := t.Err.Error()
		if own, ok := t.Err.(*Error); ok {
			own.Provider = t.Provider
			why = strings.TrimPrefix(own.Error(), noCredentialsFrom)
			if own.class != classCredential {
				e.class = own.class
			}
		} else {
			why = t.Provider + ": " + why
		}
		texts = append(texts, why)
	}
	e.Message = "tried in turn " + strings.Join(texts, "; ")
	e.advice = "which of these you mean to use, and set SENDBRIDGE_CREDENTIALS to it for a plainer answer"
	return e
}
