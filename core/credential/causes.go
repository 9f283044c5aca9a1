package credential

import (
	"cmp"
	"errors"
	"fmt"
	"strings"

	"sendbridge/core/fault"
)

// causes returns what may be wrong if the API rejects credentials, the most likely first, each with what to do. The API's
// code decides before the one of STS, because STS only confirms that the credentials are rejected.
func (d *diagnosis) causes() []string {
	switch {
	case d.isSignature(): // only a wrong secret causes this, whatever STS says
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
		"the secret does not belong to the AccessKeyId, or is incomplete: " + d.giveWhole(),
		"a proxy modifies requests: send without it",
	}
}

// inEnvironment reports whether the key comes from the environment and never changes.
func (d *diagnosis) inEnvironment() bool {
	return d.fixed || strings.HasSuffix(d.status.Provider, "/env")
}

// refusedBySTS reports whether STS rejects the credentials, too, which confirms the API's error.
func (d *diagnosis) refusedBySTS() bool {
	var e *Error
	return errors.As(d.unknown, &e) && e.Cloud != "" && e.Class == fault.ClassCredential
}

// dead explains credentials that STS rejects, too.
func (d *diagnosis) dead() []string {
	if !d.status.Temporary {
		return []string{"the key is no longer valid, STS rejects it, too: check in RAM whether the key or its user was deleted or disabled; " + d.renew()}
	}
	return []string{
		"the credentials are no longer valid, STS rejects them, too: " + d.renew(),
		"the role or the user was deleted, or its key was disabled: check it in RAM",
		"this machine's clock is wrong, so the credentials seem to be valid: synchronise it",
	}
}

// unresolved explains a token that the gateway accepted, although the API found no account for it.
func (d *diagnosis) unresolved() []string {
	who := cmp.Or(d.identity.Role(), d.identity.ARN, "the role or user")
	account := "the account of the credentials, which sts:GetCallerIdentity returns"
	if d.identity.Account != "" {
		account = "account " + d.identity.Account
	}
	causes := []string{
		fmt.Sprintf("%s or its policies were deleted or changed: check in RAM that it exists and has the permissions mq:SendMessage and mq:MqttInstanceAccess", who),
		fmt.Sprintf("the instance belongs to another account, or to the other site, China or international: compare its owner with %s", account),
		"the API cannot resolve this kind of caller, such as a service-linked role or one of another account: use a role of the instance's own account",
		"a temporary fault of the API: it is retried; if it persists, give Alibaba Cloud's support the RequestId",
	}
	if d.status.Temporary && (d.fixed || d.host || strings.HasSuffix(d.status.Provider, "/env")) {
		causes = append([]string{"the token has expired: " + d.renew()}, causes...)
	}
	return causes
}

func (d *diagnosis) wrongToken() []string {
	return []string{
		"the token has expired or does not belong to the key: " + d.renew(),
		"the token is incomplete, was decoded, or was combined from two refreshes: " + d.giveWhole(),
		"this machine's clock is wrong, so the credentials seem to be valid: synchronise it",
	}
}

func (d *diagnosis) wrongKey() []string {
	causes := []string{
		"the key was deleted or disabled: check it in RAM, and enable it or use another one",
		"the key belongs to the other site, China or international: use a key of the instance's site",
	}
	if d.status.Temporary {
		causes = append(causes, "the credentials have expired: "+d.renew())
	}
	return causes
}

// renew returns how to get new credentials, if a person has to do something.
func (d *diagnosis) renew() string {
	switch {
	case d.host:
		return "invoke the function again, and check that it still has its role"
	case d.inEnvironment() && d.status.Temporary:
		return "credentials in the environment are not renewed; set SENDBRIDGE_CREDENTIALS to a kind with a role, or restart with new ones"
	case d.inEnvironment():
		return "put another key in the environment and restart"
	}
	return "new ones are fetched automatically; if that does not help, check where " + d.status.Provider + " gets them from"
}

func (d *diagnosis) giveWhole() string {
	switch {
	case d.inEnvironment() && d.status.Temporary:
		return "compare " + varKeyID + ", _ACCESS_KEY_SECRET and _SECURITY_TOKEN with their source"
	case d.inEnvironment():
		return "compare " + varKeyID + " and " + varSecret + " with their source"
	}
	return "check where " + d.status.Provider + " gets them from"
}
