package functions

import (
	"context"

	"sendbridge/core"
	"sendbridge/core/onsmqtt"
)

// credentialsFrom takes the triple that an environment holds.
func credentialsFrom(environ map[string]string) onsmqtt.Provider {
	c := onsmqtt.Credentials{
		AccessKeyID:     environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
		AccessKeySecret: environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
		SecurityToken:   environ["ALIBABA_CLOUD_SECURITY_TOKEN"],
	}
	return func(context.Context) (onsmqtt.Credentials, error) {
		if c.AccessKeyID == "" || c.AccessKeySecret == "" {
			return c, errNoCredentials{}
		}
		return c, nil
	}
}

type errNoCredentials struct{}

func (errNoCredentials) Error() string {
	return "no credentials: set ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET, and ALIBABA_CLOUD_SECURITY_TOKEN for an STS triple"
}
func (errNoCredentials) Class() string     { return core.ClassCredential }
func (errNoCredentials) Actor() string     { return core.ActorYou }
func (errNoCredentials) ErrorCode() string { return "NoCredentials" }
