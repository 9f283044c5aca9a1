package functions

import (
	"context"

	"sendbridge/core/onsmqtt"
)

// credentialsFrom takes the triple that an environment holds. The error names what is missing.
func credentialsFrom(environ map[string]string, kind string) (onsmqtt.Provider, error) {
	c := onsmqtt.Credentials{
		AccessKeyID:     environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
		AccessKeySecret: environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
		SecurityToken:   environ["ALIBABA_CLOUD_SECURITY_TOKEN"],
	}
	switch {
	case c.AccessKeyID == "":
		return nil, &Fault{Name: "ALIBABA_CLOUD_ACCESS_KEY_ID", Want: "an AccessKeyId, or one of an STS triple"}
	case c.AccessKeySecret == "":
		return nil, &Fault{Name: "ALIBABA_CLOUD_ACCESS_KEY_SECRET", Want: "the secret of ALIBABA_CLOUD_ACCESS_KEY_ID"}
	case c.SecurityToken == "" && kind == "sts":
		return nil, &Fault{Name: "ALIBABA_CLOUD_SECURITY_TOKEN", Want: "the token of the STS triple, for SENDBRIDGE_CREDENTIALS=sts"}
	}
	return func(context.Context) (onsmqtt.Credentials, error) { return c, nil }, nil
}
