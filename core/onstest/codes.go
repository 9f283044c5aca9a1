// The API's error codes with the statuses and texts of its pages:
// https://help.aliyun.com/document_detail/53438.html and https://help.aliyun.com/document_detail/434846.html

package onstest

import (
	"maps"
	"slices"
	"strings"
)

// A vendorError is the status and the text that belong to a code.
type vendorError struct {
	status  int
	message string
}

// A family is a group of codes with a common prefix that end in a name, mostly that of a parameter.
type family struct{ prefix, like string }

var families = []family{
	{"Throttling", "Throttling"},
	{"Forbidden.", "Forbidden"},
	{"InvalidParameter.", "InvalidParameter"},
	{"Missing", "MissingParameter"},
	{"Invalid", "InvalidParameter"},
}

// lookUp finds the status and the text of a code in the table or in a family.
func lookUp(code string) (vendorError, bool) {
	if e, ok := vendorErrors[code]; ok {
		return e, true
	}
	if name, ok := strings.CutPrefix(code, "Missing"); ok && name != "" {
		return vendorError{400, name + " is mandatory for this action."}, true
	}
	for _, f := range families {
		if strings.HasPrefix(code, f.prefix) && code != f.prefix {
			return vendorErrors[f.like], true
		}
	}
	return vendorError{}, false
}

// allowedCodes lists the table for error texts.
func allowedCodes() string {
	codes := slices.Sorted(maps.Keys(vendorErrors))
	for _, f := range families {
		codes = append(codes, f.prefix+"…")
	}
	return strings.Join(codes, ", ")
}

const (
	invalidParameter = "An error occurred while validating the parameter. The parameter may be missing or invalid."
	internalError    = "An error occurred while processing your request. Try again later."
	noPermission     = "You are not authorized to do this action."
	keyDisabled      = "Specified access key is disabled."
	flowControl      = "Request was denied due to request throttling."
)

var vendorErrors = map[string]vendorError{
	// codes of the product
	"ApiNotSupport":                 {404, "The specified API is not supported."},
	"CheckAccountInfoFailed":        {400, "An error occurred while checking the account information by the STS token."},
	"InstancePermissionCheckFailed": {400, "An error occurred while validating the permissions of the instance. Please verify the account that created the instance and its permissions settings."},
	"InternalError":                 {500, internalError},
	"InvalidParameter":              {400, invalidParameter},
	"ParameterCheckFailed":          {400, "An error occurred while validating the parameters. The parameters may be missing or invalid."},
	"PermissionCheckFailed":         {400, "An error occurred while validating the resource permissions. Please check the account that created the instance, topic, and GroupId, and check their permission settings."},
	"SendMessageFailed":             {500, "A storage exception occurred while sending the message. Please try again."},
	"SystemOverFlow":                {500, "An error occurred while processing your request. Please try again."},

	// codes of credentials, signature and clock
	"Forbidden.AccessKeyDisabled":                {403, keyDisabled},
	"IllegalTimestamp":                           {400, "The input parameter Timestamp is not supplied or not valid."},
	"IncompleteSignature":                        {400, "The request signature does not conform to Aliyun standards."},
	"InvalidAccessKeyId.Inactive":                {400, keyDisabled},
	"InvalidAccessKeyId.NotFound":                {404, "Specified access key is not found."},
	"InvalidSecurityToken.Expired":               {400, "Specified SecurityToken is expired."},
	"InvalidSecurityToken.Malformed":             {400, "Specified SecurityToken is malformed."},
	"InvalidSecurityToken.MismatchWithAccessKey": {400, "Specified SecurityToken mismatch with the AccessKey."},
	"InvalidTimeStamp.Expired":                   {400, "Specified time stamp or date value is expired."},
	"InvalidTimeStamp.Format":                    {400, "Specified time stamp or date value is not well formatted."},
	"MissingSecurityToken":                       {400, "SecurityToken is mandatory for this action."},
	"SignatureDoesNotMatch":                      {400, "Specified signature is not matched with our calculation."},
	"SignatureNonceUsed":                         {400, "Specified signature nonce was used already."},

	// variants that other gateways of Alibaba Cloud send; it is inferred that this one does, too
	"InvalidAccessKeyId":     {403, keyDisabled},
	"InvalidAction":          {400, "The specified action is not valid."},
	"InvalidInstanceId":      {400, "The specified InstanceId is not valid."},
	"InvalidRegionId":        {400, "The specified RegionId is not valid."},
	"InvalidSecurityToken":   {400, "The specified SecurityToken is not valid."},
	"InvalidSignature":       {400, "The specified signature is not valid."},
	"InvalidSignatureMethod": {400, "The specified signature method is not valid."},
	"InvalidTimeStamp":       {400, "The specified time stamp is not valid."},
	"InvalidTimestamp":       {400, "The specified timestamp is not valid."},
	"MissingAccessKeyId":     {400, "AccessKeyId is mandatory for this action."},
	"MissingSignature":       {400, "Signature is mandatory for this action."},

	// codes of STS; those for a token's issuer and for a trust policy are not documented
	"AuthenticationFail.NoPermission":                           {403, noPermission},
	"AuthenticationFail.OIDCToken.AudienceNotMatchError":        {400, "Invalid audience."},
	"AuthenticationFail.OIDCToken.Expired":                      {400, "This JSON Web Token has expired."},
	"AuthenticationFail.OIDCToken.Invalid":                      {400, "The OIDC token is invalid."},
	"AuthenticationFail.OIDCToken.IssuerNotMatch":               {400, "The issuer of the OIDC token is not that of the provider."},
	"AuthenticationFail.OIDCToken.PublicKeyFingerprintMismatch": {400, "The fingerprint of the issuer's certificate is not registered."},
	"EntityNotExist.OIDCProvider":                               {404, "The OIDC provider does not exist."},
	"EntityNotExist.Role":                                       {404, "The specified Role not exists."},

	// codes of RAM and the account
	"Forbidden":             {403, noPermission},
	"Forbidden.RAM":         {403, noPermission},
	"Forbidden.RiskControl": {403, "This operation is forbidden by the risk control system."},
	"ImplicitDeny":          {403, noPermission},
	"InsufficientBalance":   {400, "Your account does not have enough balance."},
	"NoPermission":          {403, noPermission + " You should be authorized by RAM."},
	"UserOverdue":           {400, "Your account has an overdue payment."},

	// codes of the gateway
	"ContentLengthDoesNotMatch": {400, "The Content-Length does not match the body."},
	"InvalidAction.NotFound":    {404, "Specified api is not found, please check your url and method."},
	"InvalidApi.NotFound":       {404, "Specified api is not found, please check your url and method."},
	"InvalidProduct.NotFound":   {404, "Cannot find product according to your specified domain."},
	"InvalidProtocol.NeedSsl":   {400, "Your request is denied as lack of ssl protect."},
	"InvalidVersion":            {404, "Specified parameter Version is not valid."},
	"MissingParameter":          {400, "A parameter that is mandatory for this action is not supplied."},
	"ServiceUnavailable":        {503, "The request has failed due to a temporary failure of the server."},
	"Throttling":                {400, flowControl},
	"Throttling.Api":            {400, "Request was denied due to api flow control."},
	"Throttling.User":           {400, "Request was denied due to user flow control."},
	"UnknownError":              {500, "The request processing has failed due to some unknown error."},
	"UnsupportedHTTPMethod":     {405, "This http method is not supported."},
	"UnsupportedParameter":      {400, "The parameter is not supported."},
}
