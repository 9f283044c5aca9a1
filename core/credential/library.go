// What credentials-go reads: https://www.alibabacloud.com/help/en/sdk/developer-reference/v2-manage-go-access-credentials

package credential

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/aliyun/credentials-go/credentials/providers"

	"sendbridge/core/fault"
	"sendbridge/core/onsmqtt"
)

// A libraryProvider is a provider of credentials-go.
type libraryProvider interface {
	GetCredentials() (*providers.Credentials, error)
}

// library fetches by a provider of credentials-go that build makes anew each time. Nothing that one remembers, such as a
// link of its chain, or half a session after a race, outlives a fetch. Advice is for the error in its errors' place: they
// quote answers, and with them secrets.
func library(name, advice string, build func() (libraryProvider, error)) Fetch {
	return bounded(name, func(context.Context) (Grant, error) {
		provider, err := build()
		if err != nil {
			return Grant{}, unavailable(name, err, advice)
		}
		c, err := provider.GetCredentials()
		if err != nil {
			return Grant{}, unavailable(name, err, advice)
		}
		if c == nil {
			return Grant{}, unavailable(name, errors.New(""), advice)
		}
		provided := name
		if via, ok := strings.CutPrefix(c.ProviderName, name+"/"); ok {
			provided = name + "/" + via
		}
		return Grant{
			Credentials: onsmqtt.Credentials{AccessKeyID: c.AccessKeyId, AccessKeySecret: c.AccessKeySecret, SecurityToken: c.SecurityToken},
			Provider:    provided,
		}, nil
	})
}

// unavailable says what kind of an error it was, and none of its words.
func unavailable(name string, err error, advice string) *Error {
	e := newFault(name, fault.CodeCredentialsUnavailable, "")
	e.Advice = advice
	var path *os.PathError
	var timeout interface{ Timeout() bool }
	text := err.Error()
	switch status := statusIn(text); {
	case errors.As(err, &path):
		e.Message = fmt.Sprintf("%q cannot be read", path.Path)
	case errors.As(err, &timeout) && timeout.Timeout():
		e.Class, e.Message = fault.ClassTransient, "no answer in time"
	case strings.Contains(text, "connection refused"), strings.Contains(text, "no such host"), strings.Contains(text, "dial tcp"):
		e.Class, e.Message = fault.ClassTransient, "no answer"
	case status != "":
		e.Message = "it answered with status " + status
	case strings.Contains(text, "json"):
		e.Message = "its answer is not the JSON that it should be"
	case strings.Contains(text, "refresh credentials from"), strings.Contains(text, "fail to get credentials"):
		e.Message = "its answer lacks a part of the credentials"
	}
	return e
}

// statusIn finds the three digits after a word of credentials-go for them.
func statusIn(text string) string {
	_, after, found := strings.Cut(text, "httpStatus: ")
	if !found || len(after) < 3 || strings.Trim(after[:3], "0123456789") != "" {
		return ""
	}
	return after[:3]
}
