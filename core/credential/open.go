package credential

import (
	"errors"
	"net/http"
)

// The kinds of sources: the values of SENDBRIDGE_CREDENTIALS.
const (
	KindAuto           = "auto"
	KindFC             = "fc"
	KindAWS            = "aws"
	KindAccessKey      = "access_key"
	KindSTS            = "sts"
	KindRAMRoleARN     = "ram_role_arn"
	KindECSRAMRole     = "ecs_ram_role"
	KindOIDCRoleARN    = "oidc_role_arn"
	KindCredentialsURI = "credentials_uri"
	KindDefault        = "default"
)

// Options are what Open can do without. The zero value works.
type Options struct {
	Audience  string            // of AWS's token; default "sts.aliyuncs.com"
	UserAgent string            // to both STSs; default "sendbridge"
	Transport http.RoundTripper // to both STSs; default one that keeps no connections
}

// A Setting is one variable that is wrong: its name, its value unless that is a secret, and what is allowed.
type Setting struct{ Name, Value, Want string }

func (e *Setting) Error() string { return e.Name + ": want " + e.Want }

// Open returns the source that SENDBRIDGE_CREDENTIALS names, with all else from the environment. It makes no call. Its
// error is a *Setting for a variable that is missing or wrong.
//
// The names are Alibaba Cloud's and AWS's own. Beside those that credentials-go reads, ALIBABA_CLOUD_STS_ENDPOINT is the
// whole URL of Alibaba Cloud's STS, https:// or http:// to a loopback address, and AWS_ENDPOINT_URL_STS that of AWS's.
func Open(kind string, environ map[string]string, o *Options) (*Source, error) {
	return nil, errors.New("not yet")
}

// Resolve returns the kind that "auto" stands for in an environment, and any other as it is: "fc" in Function Compute;
// "aws" in Lambda where the role and the OIDC provider of Alibaba Cloud are named and no token or token file is; else
// "default".
func Resolve(kind string, environ map[string]string) string { return kind }
