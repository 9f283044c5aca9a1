package onsmqtt

const (
	adviceUnknown    = "look the code up in Alibaba's documentation, and report it with the request id so that the table learns it"
	adviceAutomatic  = "nothing, unless it lasts: then give Alibaba's support the request id"
	adviceMayRepeat  = "nothing, unless it lasts; the message may have been taken, so devices may get it twice"
	adviceRate       = "lower the rate: all processes together have 1000 calls a second an account and 300 an address"
	adviceMessage    = "mend the topic or the payload; if every message fails so, check the configuration"
	adviceParameter  = "mend the parameter that the message names; if every message fails so, check the configuration"
	adviceExpired    = "nothing, unless it lasts: then find out why the credentials are not renewed"
	adviceDisabled   = "enable the AccessKey in RAM, or use another"
	adviceSecret     = "check that AccessKeyId and AccessKeySecret belong together and are whole; if they do, report a signing bug"
	adviceClock      = "synchronise this machine's clock: the API allows 15 minutes"
	adviceGrant      = "grant the role mq:SendMessage on the topic and mq:MqttInstanceAccess on the instance"
	adviceAccount    = "pay the account's bill, or have its restriction lifted in the console"
	adviceEndpoint   = "check the endpoint: its region, its network, and that it is the API of ApsaraMQ for MQTT"
	adviceRequest    = "check the endpoint, and what stands between it and this process and may change requests"
	adviceConnection = "check the endpoint and the way to it; an address that made over 300 calls a second is blocked like this"
)

// codes is the table. Rows are read by find, so their order has no meaning but for a reader.
var codes = []Code{
	// SendMessage's own.
	{"CheckAccountInfoFailed", false, 400, classCredential, retryRefreshBackoff, you, "check that the role and its policies exist and that the credentials are of the instance's site, China or international, and ask sts:GetCallerIdentity who calls"},
	{"InstancePermissionCheckFailed", false, 400, classPermission, retryNo, role, "check the instance id, its region and its account, and grant the role mq:MqttInstanceAccess on the instance"},
	{"PermissionCheckFailed", false, 400, classPermission, retryNo, role, "create the parent topic in the instance, and grant the role mq:SendMessage on it and on what is below it"},
	{"ParameterCheckFailed", false, 400, classMessage, retryNo, sender, adviceMessage},
	{"ApiNotSupport", false, 404, classUnsupported, retryNo, you, "check the region, and that the instance's kernel is 3.3.0 or later"},
	{"SystemOverFlow", false, 500, classThrottled, retryBackoff, alibaba, "lower the rate while the system limits it; if it lasts, give Alibaba's support the request id"},
	{"SendMessageFailed", false, 500, classTransient, retryBackoff, alibaba, adviceMayRepeat},
	{"InternalError", false, 500, classTransient, retryBackoff, alibaba, adviceMayRepeat},

	// Credentials.
	{"InvalidSecurityToken.Expired", false, 403, classCredential, retryRefresh, you, adviceExpired},
	{"InvalidSecurityToken.Malformed", false, 400, classCredential, retryRefresh, you, "check that the token is whole, was not decoded or trimmed on its way, and comes from the right variable"},
	{"InvalidSecurityToken.MismatchWithAccessKey", false, 400, classCredential, retryRefresh, you, "take AccessKeyId, AccessKeySecret and token from the same refresh"},
	{"MissingSecurityToken", false, 400, classCredential, retryNo, you, "give the token that belongs to an AccessKeyId which begins with STS."},
	{"InvalidAccessKeyId.NotFound", false, 404, classCredential, retryRefresh, you, "check the AccessKeyId and its site, China or international; one that begins with STS. may have expired or lack its token"},
	{"InvalidAccessKeyId.Inactive", false, 400, classCredential, retryNo, role, adviceDisabled},
	{"Forbidden.AccessKeyDisabled", false, 403, classCredential, retryNo, role, adviceDisabled},
	{"SignatureDoesNotMatch", false, 400, classCredential, retryRefresh, you, adviceSecret},
	{"IncompleteSignature", false, 400, classCredential, retryRefresh, you, adviceSecret},
	{"InvalidSecurityToken.", true, 400, classCredential, retryRefresh, you, adviceExpired},
	{"InvalidAccessKeyId.", true, 400, classCredential, retryRefresh, you, "check the AccessKeyId in RAM"},

	// Nonce and clock.
	{"SignatureNonceUsed", false, 400, classTransient, retryNow, you, "nothing, unless it is frequent: then find what sends requests again on their way; devices may get the message twice"},
	{"InvalidTimeStamp.Expired", false, 400, classClock, retryNo, you, adviceClock},
	{"InvalidTimeStamp.Format", false, 400, classClock, retryNo, you, adviceClock},
	{"IllegalTimestamp", false, 400, classClock, retryNo, you, adviceClock},
	{"InvalidTimeStamp.", true, 400, classClock, retryNo, you, adviceClock},

	// Permission and account.
	{"NoPermission", false, 403, classPermission, retryNo, role, adviceGrant},
	{"Forbidden.RAM", false, 403, classPermission, retryNo, role, adviceGrant},
	{"Forbidden", false, 403, classPermission, retryNo, role, adviceGrant},
	{"ImplicitDeny", false, 403, classPermission, retryNo, role, adviceGrant},
	{"Forbidden.RiskControl", false, 403, classPermission, retryNo, you, adviceAccount},
	{"InsufficientBalance", false, 400, classPermission, retryNo, you, adviceAccount},
	{"UserOverdue", false, 400, classPermission, retryNo, you, adviceAccount},
	{"Forbidden.", true, 403, classPermission, retryNo, role, adviceGrant},

	// Quota.
	{"Throttling", false, 400, classThrottled, retryBackoff, you, adviceRate},
	{"Throttling.User", false, 400, classThrottled, retryBackoff, you, adviceRate},
	{"Throttling.Api", false, 400, classThrottled, retryBackoff, you, adviceRate},
	{"Throttling", true, 400, classThrottled, retryBackoff, you, adviceRate},

	// Parameters.
	{"MissingParameter", false, 400, classMessage, retryNo, sender, adviceParameter},
	{"InvalidParameter", false, 400, classMessage, retryNo, sender, adviceParameter},
	{"UnsupportedParameter", false, 400, classMessage, retryNo, sender, adviceParameter},
	{"InvalidParameter.", true, 400, classMessage, retryNo, sender, adviceParameter},
	{"Missing", true, 400, classMessage, retryNo, sender, adviceParameter},
	{"Invalid", true, 400, classMessage, retryNo, sender, adviceParameter},

	// What the gateway does not offer.
	{"InvalidApi.NotFound", false, 404, classUnsupported, retryNo, you, adviceEndpoint},
	{"InvalidAction.NotFound", false, 404, classUnsupported, retryNo, you, adviceEndpoint},
	{"InvalidVersion", false, 404, classUnsupported, retryNo, you, adviceEndpoint},
	{"InvalidProduct.NotFound", false, 404, classUnsupported, retryNo, you, adviceEndpoint},
	{"UnsupportedHTTPMethod", false, 400, classUnsupported, retryNo, you, adviceRequest},
	{"InvalidProtocol.NeedSsl", false, 400, classUnsupported, retryNo, you, "use an endpoint that begins with https://"},
	{"ContentLengthDoesNotMatch", false, 400, classUnsupported, retryNo, you, adviceRequest},

	// The gateway itself.
	{"ServiceUnavailable", false, 503, classTransient, retryBackoff, alibaba, adviceAutomatic},
	{"UnknownError", false, 500, classTransient, retryBackoff, alibaba, adviceMayRepeat},

	// Answers without a code.
	{codeNoMsgID, false, 0, classTransient, retryBackoff, you, "nothing, unless it lasts: then find what answers in the API's place; devices may get the message twice"},
	{"HTTP413", false, 0, classMessage, retryNo, sender, "make the payload smaller"},
	{"HTTP414", false, 0, classMessage, retryNo, you, "sign with v1, which sends the parameters in the body, or make the payload smaller"},
	{"HTTP429", false, 0, classThrottled, retryBackoff, you, adviceRate},
	{"HTTP5", true, 0, classTransient, retryBackoff, alibaba, adviceMayRepeat},
	{"HTTP", true, 0, classUnknown, retryBackoff, you, "find what answers in the API's place: a proxy, a firewall, another host"},

	// No answer.
	{codeAnswerLost, false, 0, classTransient, retryBackoff, you, adviceMayRepeat},
	{codeTimeout, false, 0, classTransient, retryBackoff, you, adviceConnection},
	{codeCanceled, false, 0, classTransient, retryBackoff, you, "nothing: the caller ended the call; devices may get the message all the same"},
	{codeConnectionStale, false, 0, classTransient, retryNow, you, "nothing, unless it is frequent: then find what closes connections before 30 idle seconds"},
	{codeConnectionReset, false, 0, classTransient, retryBackoff, you, adviceConnection},
	{codeConnectionRefused, false, 0, classTransient, retryBackoff, you, adviceEndpoint},
	{codeDNS, false, 0, classTransient, retryBackoff, you, "check the region in the endpoint, and that this machine resolves names"},
	{codeTLS, false, 0, classTransient, retryBackoff, you, "check the endpoint's name, this machine's root certificates, and whether a proxy replaces certificates"},
	{codeProxy, false, 0, classTransient, retryBackoff, you, "mend HTTPS_PROXY or HTTP_PROXY in the environment"},
	{codeNetwork, false, 0, classTransient, retryBackoff, you, adviceConnection},

	// No call.
	{codeNoCredentials, false, 0, classCredential, retryBackoff, you, "see why the provider of credentials has none"},
	{codeBadCredentials, false, 0, classCredential, retryRefresh, you, "give the key as RAM shows it, whole and without white space or line ends"},
}
