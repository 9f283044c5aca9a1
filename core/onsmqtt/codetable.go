package onsmqtt

import "sendbridge/core/fault"

const (
	adviceUnknown    = "look the code up in Alibaba Cloud's documentation, and report it with the request id so that it can be added to the table"
	adviceAutomatic  = "nothing; if it lasts, give the request id to Alibaba Cloud's support"
	adviceMayRepeat  = "nothing; if it lasts, give the request id to Alibaba Cloud's support. The API may have accepted the message, so devices may get it twice"
	adviceRate       = "lower the rate: all processes together may make 1000 calls a second for an account and 300 for a source address"
	adviceMessage    = "fix the topic or the payload; if every message fails this way, check the configuration"
	adviceInstance   = "check that the instance id is correct, and that the instance belongs to this account and to the region of the endpoint"
	adviceExpired    = "nothing; if it lasts, find out why the credentials are not renewed"
	adviceDisabled   = "enable the AccessKey in RAM, or use another"
	adviceSecret     = "check that AccessKeyId and AccessKeySecret belong together and are complete; if they are, report a signing bug"
	adviceClock      = "synchronise this machine's clock: the API allows 15 minutes"
	adviceGrant      = "grant the role mq:SendMessage on the topic and mq:MqttInstanceAccess on the instance"
	adviceAccount    = "pay the account's bill, or have its restriction lifted in the console"
	adviceEndpoint   = "check the endpoint: its region, its network, and that it is the API of ApsaraMQ for MQTT"
	adviceRequest    = "check the endpoint, and any proxy between it and this process that may change requests"
	adviceConnection = "check the endpoint and the network path to it; an address that made more than 300 calls a second is blocked and looks like this"
)

// codes is the table. find reads the rows, so their order matters to readers only.
var codes = []Code{
	// SendMessage's own.
	{"CheckAccountInfoFailed", false, 400, fault.ClassCredential, fault.RetryRefreshBackoff, fault.ActorYou, "the API could not determine the account of the credentials", "check that the role and its policies exist, and that the credentials and the instance belong to the same site, China or international; call sts:GetCallerIdentity to see the caller"},
	{"InstancePermissionCheckFailed", false, 400, fault.ClassPermission, fault.RetryNo, fault.ActorRole, "the caller may not use this instance, or no instance with this id exists here", "check the instance id, its region and its account, and grant the role mq:MqttInstanceAccess on the instance"},
	{"PermissionCheckFailed", false, 400, fault.ClassPermission, fault.RetryNo, fault.ActorRole, "the caller may not send to this topic, or its parent topic does not exist", "create the parent topic in the instance, and grant the role mq:SendMessage on it and on its subtopics"},
	{"ParameterCheckFailed", false, 400, fault.ClassMessage, fault.RetryNo, fault.ActorSender, "the topic or the payload is empty, too long or invalid", adviceMessage},
	{"ApiNotSupport", false, 404, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "this endpoint or instance does not support SendMessage", "check the region, and that the instance's kernel is 3.3.0 or later"},
	{"SystemOverFlow", false, 500, fault.ClassThrottled, fault.RetryBackoff, fault.ActorAlibaba, "the system limits the flow of messages", "lower the rate while the limit lasts; if it does not end, give the request id to Alibaba Cloud's support"},
	{"SendMessageFailed", false, 500, fault.ClassTransient, fault.RetryBackoff, fault.ActorAlibaba, "the message could not be stored", adviceMayRepeat},
	{"InternalError", false, 500, fault.ClassTransient, fault.RetryBackoff, fault.ActorAlibaba, "an internal error of the API", adviceMayRepeat},

	// Credentials.
	{"InvalidSecurityToken.Expired", false, 403, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "the STS token has expired", adviceExpired},
	{"InvalidSecurityToken.Malformed", false, 400, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "the STS token is malformed", "check that the token is complete, that nothing decoded or trimmed it, and that it comes from the right variable"},
	{"InvalidSecurityToken.MismatchWithAccessKey", false, 400, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "the STS token belongs to another AccessKeyId", "use the AccessKeyId, AccessKeySecret and token of the same refresh"},
	{"MissingSecurityToken", false, 400, fault.ClassCredential, fault.RetryNo, fault.ActorYou, "a temporary AccessKeyId was used without its STS token", "an AccessKeyId that begins with STS. needs its token: set it"},
	{"InvalidAccessKeyId.NotFound", false, 404, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "this AccessKeyId does not exist", "check the AccessKeyId and its site, China or international; one that begins with STS. may have expired or lack its token"},
	{"InvalidAccessKeyId.Inactive", false, 400, fault.ClassCredential, fault.RetryNo, fault.ActorRole, "the AccessKey is disabled", adviceDisabled},
	{"Forbidden.AccessKeyDisabled", false, 403, fault.ClassCredential, fault.RetryNo, fault.ActorRole, "the AccessKey is disabled", adviceDisabled},
	{"SignatureDoesNotMatch", false, 400, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "the signature does not match the secret and the request", adviceSecret},
	{"IncompleteSignature", false, 400, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "the signature does not match the secret and the request", adviceSecret},
	{"InvalidSignature", false, 400, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "the signature does not match the secret and the request", adviceSecret},
	{"MissingSignature", false, 400, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "the request arrived without a signature", adviceRequest},
	{"MissingAccessKeyId", false, 400, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "the request arrived without an AccessKeyId", adviceRequest},
	{"InvalidSecurityToken.", true, 400, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "another error of the STS token", adviceExpired},
	{"InvalidAccessKeyId.", true, 400, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "another error of the AccessKeyId", "check the AccessKeyId in RAM: that it exists and is enabled"},

	// Nonce and clock.
	{"SignatureNonceUsed", false, 400, fault.ClassTransient, fault.RetryNow, fault.ActorYou, "the API has already received this request, and may have accepted it", "nothing; if it is frequent, find the proxy that repeats requests. Devices may get the message twice"},
	{"InvalidTimeStamp.Expired", false, 400, fault.ClassClock, fault.RetryNo, fault.ActorYou, "the request's time differs from the API's by more than 15 minutes", adviceClock},
	{"InvalidTimeStamp.Format", false, 400, fault.ClassClock, fault.RetryNo, fault.ActorYou, "the request's time cannot be read", adviceClock},
	{"IllegalTimestamp", false, 400, fault.ClassClock, fault.RetryNo, fault.ActorYou, "the request's time is not acceptable", adviceClock},
	{"InvalidTimeStamp.", true, 400, fault.ClassClock, fault.RetryNo, fault.ActorYou, "another error of the request's time", adviceClock},
	{"InvalidTimestamp.", true, 400, fault.ClassClock, fault.RetryNo, fault.ActorYou, "another error of the request's time, in the other spelling", adviceClock},

	// Permission and account.
	{"NoPermission", false, 403, fault.ClassPermission, fault.RetryNo, fault.ActorRole, "no policy allows the caller to make this call", adviceGrant},
	{"Forbidden.RAM", false, 403, fault.ClassPermission, fault.RetryNo, fault.ActorRole, "no policy allows the caller to make this call", adviceGrant},
	{"Forbidden", false, 403, fault.ClassPermission, fault.RetryNo, fault.ActorRole, "the caller may not make this call", adviceGrant},
	{"ImplicitDeny", false, 403, fault.ClassPermission, fault.RetryNo, fault.ActorRole, "no policy allows the caller to make this call", adviceGrant},
	{"Forbidden.RiskControl", false, 403, fault.ClassPermission, fault.RetryNo, fault.ActorYou, "the account is restricted by risk control", adviceAccount},
	{"InsufficientBalance", false, 400, fault.ClassPermission, fault.RetryNo, fault.ActorYou, "the account's balance is too low", adviceAccount},
	{"UserOverdue", false, 400, fault.ClassPermission, fault.RetryNo, fault.ActorYou, "the account has unpaid bills", adviceAccount},
	{"Forbidden.", true, 403, fault.ClassPermission, fault.RetryNo, fault.ActorRole, "the caller may not make this call", adviceGrant},

	// Quota.
	{"Throttling", false, 400, fault.ClassThrottled, fault.RetryBackoff, fault.ActorYou, "too many calls", adviceRate},
	{"Throttling.User", false, 400, fault.ClassThrottled, fault.RetryBackoff, fault.ActorYou, "too many calls from this account", adviceRate},
	{"Throttling.Api", false, 400, fault.ClassThrottled, fault.RetryBackoff, fault.ActorYou, "too many calls of SendMessage", adviceRate},
	{"Throttling", true, 400, fault.ClassThrottled, fault.RetryBackoff, fault.ActorYou, "too many calls", adviceRate},

	// Parameters. Only what names the topic or the payload is the sender's: see docs/errors.md.
	{"InvalidParameter.MqttTopic.", true, 400, fault.ClassMessage, fault.RetryNo, fault.ActorSender, "the API rejects the topic", adviceMessage},
	{"InvalidParameter.Payload.", true, 400, fault.ClassMessage, fault.RetryNo, fault.ActorSender, "the API rejects the payload", adviceMessage},
	{"InvalidMqttTopic.", true, 400, fault.ClassMessage, fault.RetryNo, fault.ActorSender, "the API rejects the topic", adviceMessage},
	{"InvalidPayload.", true, 400, fault.ClassMessage, fault.RetryNo, fault.ActorSender, "the API rejects the payload", adviceMessage},
	{"MissingMqttTopic.", true, 400, fault.ClassMessage, fault.RetryNo, fault.ActorSender, "the message has no topic", adviceMessage},
	{"MissingPayload.", true, 400, fault.ClassMessage, fault.RetryNo, fault.ActorSender, "the message has no payload", adviceMessage},
	{"InvalidInstanceId.", true, 400, fault.ClassPermission, fault.RetryNo, fault.ActorYou, "no instance with this id exists here", adviceInstance},
	{"MissingInstanceId.", true, 400, fault.ClassPermission, fault.RetryNo, fault.ActorYou, "the request arrived without an instance id", adviceInstance},
	{"UnsupportedParameter", false, 400, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the endpoint does not know a parameter of SendMessage", adviceEndpoint},

	// What the gateway does not offer.
	{"InvalidApi.NotFound", false, 404, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the endpoint does not know SendMessage", adviceEndpoint},
	{"InvalidAction.NotFound", false, 404, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the endpoint does not know SendMessage", adviceEndpoint},
	{"InvalidAction.", true, 404, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the endpoint does not know SendMessage", adviceEndpoint},
	{"InvalidRegionId.", true, 400, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the endpoint does not serve this region", adviceEndpoint},
	{"InvalidSignatureMethod.", true, 400, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the endpoint does not support this signature method", "choose another SENDBRIDGE_SIGNATURE, and check the endpoint"},
	{"InvalidVersion", false, 404, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the endpoint does not know this version of the API", adviceEndpoint},
	{"InvalidProduct.NotFound", false, 404, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the endpoint does not know ApsaraMQ for MQTT", adviceEndpoint},
	{"UnsupportedHTTPMethod", false, 400, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the request did not arrive as a POST", adviceRequest},
	{"InvalidProtocol.NeedSsl", false, 400, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the endpoint requires HTTPS", "use an endpoint that begins with https://"},
	{"ContentLengthDoesNotMatch", false, 400, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the body arrived with another length than it was sent with", adviceRequest},

	// The gateway itself.
	{"ServiceUnavailable", false, 503, fault.ClassTransient, fault.RetryBackoff, fault.ActorAlibaba, "the service behind the gateway is unavailable", adviceAutomatic},
	{"UnknownError", false, 500, fault.ClassTransient, fault.RetryBackoff, fault.ActorAlibaba, "an internal error of the gateway", adviceMayRepeat},

	// Answers without a code.
	{codeNoMsgID, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "status 200 without a MsgId", "nothing; if it lasts, find what answers in place of the API, such as a proxy. Devices may get the message twice"},
	{"HTTP413", false, 0, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "a gateway or proxy in front of the API rejects the size of the request; the API itself accepts payloads of 64 KiB", adviceRequest},
	{"HTTP414", false, 0, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "a gateway or proxy in front of the API rejects the length of the URL", "set SENDBRIDGE_SIGNATURE to v1, which sends the parameters in the body"},
	{"HTTP429", false, 0, fault.ClassThrottled, fault.RetryBackoff, fault.ActorYou, "too many calls; the answer has a status and no code", adviceRate},
	{"HTTP5", true, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorAlibaba, "a server error; the answer has a status and no code", adviceMayRepeat},
	{"HTTP", true, 0, fault.ClassUnknown, fault.RetryBackoff, fault.ActorYou, "any other status without a code", "find what answers in place of the API: a proxy, a firewall or another host"},

	// No answer.
	{codeAnswerLost, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "the connection ended in the middle of the answer", adviceMayRepeat},
	{codeTimeout, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "the answer did not arrive in time", adviceConnection},
	{codeCanceled, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "the caller cancelled the call", "nothing; devices may still get the message"},
	{codeConnectionStale, false, 0, fault.ClassTransient, fault.RetryNow, fault.ActorYou, "an idle connection had been closed", "nothing; if it is frequent, find what closes connections that are idle for less than 30 seconds"},
	{codeConnectionReset, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "the connection was reset", adviceConnection},
	{codeConnectionRefused, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "the endpoint refuses connections, and accepted them before", adviceConnection},
	{codeEndpointRefused, false, 0, fault.ClassUnsupported, fault.RetryBackoff, fault.ActorYou, "the endpoint refuses connections, and has never accepted one since this process started", "check the endpoint: its scheme, its host, its port, and that the server there runs"},
	{codeDNS, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "the endpoint's host name could not be resolved", "check the region in the endpoint, and that DNS works on this machine"},
	{codeTLS, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "the endpoint's certificate is not trusted, or TLS failed otherwise", "check the endpoint's name, this machine's root certificates, and that no proxy replaces certificates"},
	{codeProxy, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "the proxy rejected the request", "fix HTTPS_PROXY or HTTP_PROXY in the environment"},
	{codeNetwork, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "another network error", adviceConnection},

	// No call.
	{codeNoCredentials, false, 0, fault.ClassCredential, fault.RetryBackoff, fault.ActorYou, "there were no credentials to sign with", "find out why the credential provider has none"},
	{codeBadCredentials, false, 0, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "the credentials cannot be put into a request", "set the key exactly as RAM shows it, complete and without white space or line breaks"},
}
