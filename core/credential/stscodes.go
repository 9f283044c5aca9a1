// Codes of Alibaba Cloud's STS: https://api.aliyun.com/document/Sts/2015-04-01/errorCode. Not all codes for a token of
// another cloud are documented, so the text of a message counts if the code is too general.

package credential

import (
	"strings"

	"sendbridge/core/fault"
)

const (
	checkAudience    = "that SENDBRIDGE_OIDC_AUDIENCE is among the client ids of the OIDC provider in RAM, and equals oidc:aud in the role's trust policy"
	checkIssuer      = "that the OIDC provider's issuer URL in RAM and oidc:iss in the role's trust policy equal the token's issuer exactly"
	checkFingerprint = "the CA fingerprints of the OIDC provider in RAM: add the fingerprint of the issuer's current CA, and remove the old one a day later"
	checkSubject     = "that oidc:sub in the role's trust policy is the ARN of the IAM role that this function runs as, and that oidc:iss and oidc:aud equal those of the token"
	checkLifetime    = "this machine's clock, and the issuance limit time of the OIDC provider in RAM"
	checkTrust       = "that the role's trust policy names the caller as principal with sts:AssumeRole, and that the caller's own policy allows sts:AssumeRole on the role"
	checkRole        = "that the role and the provider with the ARNs in ALIBABA_CLOUD_ROLE_ARN and ALIBABA_CLOUD_OIDC_PROVIDER_ARN exist in this account"
	checkKey         = "that ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET are a complete and enabled key of a RAM user of the right site, China or international"
	checkSecret      = "ALIBABA_CLOUD_ACCESS_KEY_SECRET: it does not belong to the AccessKeyId, or is incomplete"
	checkToken       = "that the credentials are complete, from one refresh, and have not expired: credentials in the environment are not renewed, so set SENDBRIDGE_CREDENTIALS to a kind with a role, or set new ones"
	checkRequest     = "the ARNs and the session name in the environment"
	checkClock       = "this machine's clock: STS allows 15 minutes"
	checkDuration    = "the role's maximum session duration: it must be an hour or more"
)

// refusal returns who has to act on a permanent error of STS, and what to check.
func refusal(action, code, message string) (actor, advice string) {
	is := func(parts ...string) bool {
		for _, part := range parts {
			if strings.Contains(strings.ToLower(code), part) {
				return true
			}
		}
		return false
	}
	says := func(part string) bool { return strings.Contains(strings.ToLower(code+" "+message), part) }
	switch {
	case is("fingerprint"):
		return fault.ActorRole, checkFingerprint
	case is("oidctoken.expired"), action == "AssumeRoleWithOIDC" && is("expired"):
		return fault.ActorYou, checkLifetime
	case is("oidctoken"), action == "AssumeRoleWithOIDC" && is("audience", "issuer", "clientid"):
		return token(says)
	case is("entitynotexist"), is("notfound") && is("role", "provider"):
		return fault.ActorRole, checkRole
	case is("accesskey"): // Forbidden.AccessKeyDisabled too
		return fault.ActorYou, checkKey
	case is("nopermission", "forbidden", "implicitdeny"):
		if action == "AssumeRoleWithOIDC" {
			return fault.ActorRole, checkSubject
		}
		return fault.ActorRole, checkTrust
	case is("timestamp"):
		return fault.ActorYou, checkClock
	case is("duration"):
		return fault.ActorRole, checkDuration
	case is("securitytoken"):
		return fault.ActorYou, checkToken
	case is("signature"):
		return fault.ActorYou, checkSecret
	}
	return fault.ActorYou, checkRequest
}

// token returns what is wrong with an identity token according to the text of STS.
func token(says func(string) bool) (actor, advice string) {
	switch {
	case says("audience"), says("client id"), says("clientid"), says(" aud"):
		return fault.ActorRole, checkAudience
	case says("issuer"), says(" iss"):
		return fault.ActorRole, checkIssuer
	case says("expire"), says("issued"), says("iat"):
		return fault.ActorYou, checkLifetime
	}
	return fault.ActorRole, checkIssuer + "; " + checkAudience
}
