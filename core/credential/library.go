// What credentials-go reads: https://www.alibabacloud.com/help/en/sdk/developer-reference/v2-manage-go-access-credentials

package credential

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"regexp"
	"strconv"
	"strings"

	"github.com/aliyun/credentials-go/credentials/providers"

	"sendbridge/core/fault"
	"sendbridge/core/onsmqtt"
)

// A libraryProvider is a provider of credentials-go.
type libraryProvider interface {
	GetCredentials() (*providers.Credentials, error)
}

// library returns a Fetch with a provider of credentials-go. build makes a new provider for each fetch, so that nothing
// that one remembers, such as a link of its chain or half a session after a race, survives. advice replaces the provider's
// errors, which quote answers that contain secrets.
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

// unavailable returns the kind of an error without its text.
func unavailable(name string, err error, advice string) *Error {
	e := newFault(name, fault.CodeCredentialsUnavailable, "")
	e.Advice = advice
	var timeout interface{ Timeout() bool }
	switch path, network := (*os.PathError)(nil), (*net.OpError)(nil); {
	case errors.As(err, &path):
		e.Message = fmt.Sprintf("%q cannot be read", path.Path)
	case errors.As(err, &timeout) && timeout.Timeout():
		e.Class, e.Message = fault.ClassTransient, "no answer in time"
	case errors.As(err, &network):
		e.Class, e.Message = fault.ClassTransient, "no answer"
	default:
		e.Class, e.Message = sentence(e.Class, err.Error())
	}
	return e
}

// A form describes an error of credentials-go, which has no types: how its text begins, and what it means. A group of the
// form, a path or a status, replaces %s.
type form struct {
	begins  *regexp.Regexp
	class   string
	message string
}

// forms are tried in this order. Each is anchored, because the rest of the text may quote any answer.
var forms = [...]form{
	{regexp.MustCompile(`^reading aliyun cli config from '([^'\n]*)' failed `), fault.ClassCredential, "%s cannot be read"},
	{regexp.MustCompile(`^unmarshal aliyun cli config from '([^'\n]*)' failed: `), fault.ClassCredential, "%s is not valid JSON"},
	{regexp.MustCompile(`^no any configured profiles in '([^'\n]*)'$`), fault.ClassCredential, "%s has no profile"},
	{regexp.MustCompile(`^unable to get profile with '([^'\n]*)'$`), fault.ClassCredential, "there is no profile %s"},
	{regexp.MustCompile(`^ERROR: Can not open file`), fault.ClassCredential, "the file cannot be read"},
	{regexp.MustCompile(`^ERROR: Can not load section`), fault.ClassCredential, "the file has no such profile"},
	{regexp.MustCompile(`^ERROR: `), fault.ClassCredential, "the profile is incomplete"},
	{regexp.MustCompile(`^the CLI profile is disabled$`), fault.ClassCredential, "ALIBABA_CLOUD_CLI_PROFILE_DISABLED is true"},
	{regexp.MustCompile(`^IMDS credentials is disabled$`), fault.ClassCredential, varNoMetadata + " is true"},
	{regexp.MustCompile(`^get role name failed: https?://\S+ (\d{3})$`), fault.ClassCredential, "it answered with status %s"},
	{regexp.MustCompile(`^refresh Ecs sts token err, httpStatus: (\d{3}), message = `), fault.ClassCredential, "it answered with status %s"},
	{regexp.MustCompile(`^refresh Ecs sts token err, json\.Unmarshal fail: `), fault.ClassCredential, "its answer is not valid JSON"},
	{regexp.MustCompile(`^refresh Ecs sts token err, (fail to get credentials|Code is not Success)$`), fault.ClassCredential, "its answer is incomplete"},
	{regexp.MustCompile(`^(get role name failed|get metadata token failed|refresh Ecs sts token err): `), fault.ClassTransient, "no answer"},
	{regexp.MustCompile(`^get credentials from [A-Z]+ \S+ failed with error, json unmarshal fail: `), fault.ClassCredential, "its answer is not valid JSON"},
	{regexp.MustCompile(`^get credentials from [A-Z]+ \S+ failed: `), fault.ClassCredential, "it returned no credentials"},
	{regexp.MustCompile(`^refresh credentials from [A-Z]+ \S+ failed: `), fault.ClassCredential, "its answer is incomplete"},
}

// sentence returns the class and the text for an error of credentials-go; the text is empty for an unknown error.
func sentence(class, text string) (string, string) {
	for _, f := range forms {
		if m := f.begins.FindStringSubmatch(text); m != nil {
			if strings.Contains(f.message, "%s") {
				return f.class, strings.Replace(f.message, "%s", shown(m[1]), 1)
			}
			return f.class, f.message
		}
	}
	return class, ""
}

// shown returns a status as it is, and a path or a name in quotes.
func shown(text string) string {
	if _, err := strconv.Atoi(text); err == nil {
		return text
	}
	return strconv.Quote(text)
}
