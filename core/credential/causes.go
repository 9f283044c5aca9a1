package credential

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"sendbridge/core/fault"
)

// causes are what can be wrong when the API refuses credentials, the likeliest first, each with its step. The API's own code
// comes first: that STS refuses the credentials, too, only says so again.
func (d *diagnosis) causes() []string {
	switch {
	case d.isSignature(): // the sign of a wrong secret alone, whatever else STS refuses
		return d.wrongSecret()
	case d.code == "CheckAccountInfoFailed" && d.refusedBySTS():
		return d.dead()
	case d.code == "CheckAccountInfoFailed":
		return d.unresolved()
	case strings.HasPrefix(d.code, "InvalidSecurityToken."), d.code == "MissingSecurityToken":
		return d.wrongToken()
	case strings.HasPrefix(d.code, "InvalidAccessKeyId."), d.code == "Forbidden.AccessKeyDisabled":
		return d.wrongKey()
	case d.refusedBySTS():
		return d.dead()
	}
	return []string{d.giveWhole()}
}

func (d *diagnosis) isSignature() bool {
	return strings.HasPrefix(d.code, "Signature") && d.code != "SignatureNonceUsed" || d.code == "IncompleteSignature"
}

func (d *diagnosis) wrongSecret() []string {
	return []string{
		"the secret is not the AccessKeyId's, or was cut: " + d.giveWhole(),
		"a proxy changes requests on their way: send without it",
	}
}

// inEnvironment says that the key was given by hand, and stays as it is.
func (d *diagnosis) inEnvironment() bool {
	return d.fixed || strings.HasSuffix(d.status.Provider, "/env")
}

// refusedBySTS says that STS does not take the triple either, so that the API is right about it.
func (d *diagnosis) refusedBySTS() bool {
	var e *Error
	return errors.As(d.unknown, &e) && e.Cloud != "" && e.Class == fault.ClassCredential
}

// dead explains a triple that STS refuses too.
func (d *diagnosis) dead() []string {
	if !d.status.Temporary {
		return []string{"the key is no longer valid, STS refuses it too: look in RAM whether it, or its user, was deleted or disabled; " + d.renew()}
	}
	return []string{
		"the credentials are no longer valid, STS refuses them too: " + d.renew(),
		"the role or the user was deleted, or its key disabled: look it up in RAM",
		"the clock of this machine is off, so that they seem to be fresh: synchronise it",
	}
}

// unresolved explains a token that the gateway accepted and for which the API found no account.
func (d *diagnosis) unresolved() []string {
	who := cmp.Or(d.identity.Role(), d.identity.ARN, "the role or user")
	account := "the account of the credentials, which sts:GetCallerIdentity tells"
	if d.identity.Account != "" {
		account = "account " + d.identity.Account
	}
	causes := []string{
		fmt.Sprintf("%s, or its policies, were deleted or changed: look in RAM that it exists and may mq:SendMessage and mq:MqttInstanceAccess", who),
		fmt.Sprintf("the instance belongs to another account, or to the other site, China or international: compare its owner with %s", account),
		"the API cannot resolve this kind of caller, such as a service-linked role or one of another account: use a role of the instance's own account",
		"a passing fault of the API: it is retried; if it lasts, give Alibaba Cloud's support the RequestId",
	}
	if d.status.Temporary && (d.fixed || d.host || strings.HasSuffix(d.status.Provider, "/env")) {
		causes = append([]string{"the token has ended: " + d.renew()}, causes...)
	}
	return causes
}

func (d *diagnosis) wrongToken() []string {
	return []string{
		"the token has ended or is not that of the key: " + d.renew(),
		"the token was cut, decoded or put together from two refreshes: " + d.giveWhole(),
		"the clock of this machine is off, so that they seem to be fresh: synchronise it",
	}
}

func (d *diagnosis) wrongKey() []string {
	causes := []string{
		"the key was deleted or disabled: look it up in RAM, and enable it or use another",
		"the key is of the other site, China or international: use one of the instance's",
	}
	if d.status.Temporary {
		causes = append(causes, "the credentials have ended: "+d.renew())
	}
	return causes
}

// renew says how to get new credentials, if a person can do so.
func (d *diagnosis) renew() string {
	switch {
	case d.host:
		return "invoke the function again, and check that it has its role still"
	case d.inEnvironment() && d.status.Temporary:
		return "nobody renews a triple in the environment; set SENDBRIDGE_CREDENTIALS to a role's kind, or restart with a new one"
	case d.inEnvironment():
		return "put another key in the environment and restart"
	}
	return "new ones are fetched by themselves; if that does not help, see to where " + d.status.Provider + " gets them"
}

func (d *diagnosis) giveWhole() string {
	switch {
	case d.inEnvironment() && d.status.Temporary:
		return "compare " + varKeyID + ", _ACCESS_KEY_SECRET and _SECURITY_TOKEN with where they were copied from"
	case d.inEnvironment():
		return "compare " + varKeyID + " and " + varSecret + " with where they were copied from"
	}
	return "see to where " + d.status.Provider + " gets them"
}
