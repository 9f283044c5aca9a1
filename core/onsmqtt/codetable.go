package onsmqtt

import "sendbridge/core/fault"

const (
	adviceUnknown    = "look the code up in Alibaba's documentation, and report it with the request id so that the table learns it"
	adviceAutomatic  = "nothing, unless it lasts: then give Alibaba's support the request id"
	adviceMayRepeat  = "nothing, unless it lasts; the message may have been taken, so devices may get it twice"
	adviceRate       = "lower the rate: all processes together have 1000 calls a second an account and 300 an address"
	adviceMessage    = "mend the topic or the payload; if every message fails so, check the configuration"
	adviceInstance   = "check the instance id, and that it is of the endpoint's region and of this account"
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
	{"CheckAccountInfoFailed", false, 400, fault.ClassCredential, fault.RetryRefreshBackoff, fault.ActorYou, "the API could not tell whose the credentials are", "check that the role and its policies exist and that the credentials are of the instance's site, China or international, and ask sts:GetCallerIdentity who calls"},
	{"InstancePermissionCheckFailed", false, 400, fault.ClassPermission, fault.RetryNo, fault.ActorRole, "the caller may not use this instance, or there is none of this id here", "check the instance id, its region and its account, and grant the role mq:MqttInstanceAccess on the instance"},
	{"PermissionCheckFailed", false, 400, fault.ClassPermission, fault.RetryNo, fault.ActorRole, "the caller may not send to this topic, or its parent topic does not exist", "create the parent topic in the instance, and grant the role mq:SendMessage on it and on what is below it"},
	{"ParameterCheckFailed", false, 400, fault.ClassMessage, fault.RetryNo, fault.ActorSender, "topic or payload is empty, too long or not legal", adviceMessage},
	{"ApiNotSupport", false, 404, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "there is no SendMessage here", "check the region, and that the instance's kernel is 3.3.0 or later"},
	{"SystemOverFlow", false, 500, fault.ClassThrottled, fault.RetryBackoff, fault.ActorAlibaba, "the system limits the flow of messages", "lower the rate while the system limits it; if it lasts, give Alibaba's support the request id"},
	{"SendMessageFailed", false, 500, fault.ClassTransient, fault.RetryBackoff, fault.ActorAlibaba, "the message could not be stored", adviceMayRepeat},
	{"InternalError", false, 500, fault.ClassTransient, fault.RetryBackoff, fault.ActorAlibaba, "a fault inside the API", adviceMayRepeat},

	// Credentials.
	{"InvalidSecurityToken.Expired", false, 403, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "the STS token has ended", adviceExpired},
	{"InvalidSecurityToken.Malformed", false, 400, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "the STS token is malformed", "check that the token is whole, was not decoded or trimmed on its way, and comes from the right variable"},
	{"InvalidSecurityToken.MismatchWithAccessKey", false, 400, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "the STS token belongs to another AccessKeyId", "take AccessKeyId, AccessKeySecret and token from the same refresh"},
	{"MissingSecurityToken", false, 400, fault.ClassCredential, fault.RetryNo, fault.ActorYou, "an AccessKeyId of STS came without its token", "give the token that belongs to an AccessKeyId which begins with STS."},
	{"InvalidAccessKeyId.NotFound", false, 404, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "nobody has this AccessKeyId", "check the AccessKeyId and its site, China or international; one that begins with STS. may have expired or lack its token"},
	{"InvalidAccessKeyId.Inactive", false, 400, fault.ClassCredential, fault.RetryNo, fault.ActorRole, "the AccessKey is disabled", adviceDisabled},
	{"Forbidden.AccessKeyDisabled", false, 403, fault.ClassCredential, fault.RetryNo, fault.ActorRole, "the AccessKey is disabled", adviceDisabled},
	{"SignatureDoesNotMatch", false, 400, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "the signature is not that of this secret and this request", adviceSecret},
	{"IncompleteSignature", false, 400, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "the signature is not that of this secret and this request", adviceSecret},
	{"InvalidSignature", false, 400, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "the signature is not that of this secret and this request", adviceSecret},
	{"MissingSignature", false, 400, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "the request arrived without a signature", adviceRequest},
	{"MissingAccessKeyId", false, 400, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "the request arrived without an AccessKeyId", adviceRequest},
	{"InvalidSecurityToken.", true, 400, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "another fault of the STS token", adviceExpired},
	{"InvalidAccessKeyId.", true, 400, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "another fault of the AccessKeyId", "check the AccessKeyId in RAM: that it exists and is enabled"},

	// Nonce and clock.
	{"SignatureNonceUsed", false, 400, fault.ClassTransient, fault.RetryNow, fault.ActorYou, "the API had the same request before; the first may have been taken", "nothing, unless it is frequent: then find what sends requests again on their way; devices may get the message twice"},
	{"InvalidTimeStamp.Expired", false, 400, fault.ClassClock, fault.RetryNo, fault.ActorYou, "the request's time is more than 15 minutes off", adviceClock},
	{"InvalidTimeStamp.Format", false, 400, fault.ClassClock, fault.RetryNo, fault.ActorYou, "the request's time cannot be read", adviceClock},
	{"IllegalTimestamp", false, 400, fault.ClassClock, fault.RetryNo, fault.ActorYou, "the request's time is not acceptable", adviceClock},
	{"InvalidTimeStamp.", true, 400, fault.ClassClock, fault.RetryNo, fault.ActorYou, "another fault of the request's time", adviceClock},
	{"InvalidTimestamp.", true, 400, fault.ClassClock, fault.RetryNo, fault.ActorYou, "another fault of the request's time, spelled otherwise", adviceClock},

	// Permission and account.
	{"NoPermission", false, 403, fault.ClassPermission, fault.RetryNo, fault.ActorRole, "no policy allows the caller this call", adviceGrant},
	{"Forbidden.RAM", false, 403, fault.ClassPermission, fault.RetryNo, fault.ActorRole, "no policy allows the caller this call", adviceGrant},
	{"Forbidden", false, 403, fault.ClassPermission, fault.RetryNo, fault.ActorRole, "the caller may not make this call", adviceGrant},
	{"ImplicitDeny", false, 403, fault.ClassPermission, fault.RetryNo, fault.ActorRole, "no policy allows the caller this call", adviceGrant},
	{"Forbidden.RiskControl", false, 403, fault.ClassPermission, fault.RetryNo, fault.ActorYou, "the account is restricted by risk control", adviceAccount},
	{"InsufficientBalance", false, 400, fault.ClassPermission, fault.RetryNo, fault.ActorYou, "the account's balance does not suffice", adviceAccount},
	{"UserOverdue", false, 400, fault.ClassPermission, fault.RetryNo, fault.ActorYou, "the account has bills to pay", adviceAccount},
	{"Forbidden.", true, 403, fault.ClassPermission, fault.RetryNo, fault.ActorRole, "the caller may not make this call", adviceGrant},

	// Quota.
	{"Throttling", false, 400, fault.ClassThrottled, fault.RetryBackoff, fault.ActorYou, "too many calls", adviceRate},
	{"Throttling.User", false, 400, fault.ClassThrottled, fault.RetryBackoff, fault.ActorYou, "too many calls from this account", adviceRate},
	{"Throttling.Api", false, 400, fault.ClassThrottled, fault.RetryBackoff, fault.ActorYou, "too many calls of SendMessage", adviceRate},
	{"Throttling", true, 400, fault.ClassThrottled, fault.RetryBackoff, fault.ActorYou, "too many calls", adviceRate},

	// Parameters. Only what names the topic or the payload is the sender's: see docs/errors.md.
	{"InvalidParameter.MqttTopic.", true, 400, fault.ClassMessage, fault.RetryNo, fault.ActorSender, "the API does not take the topic", adviceMessage},
	{"InvalidParameter.Payload.", true, 400, fault.ClassMessage, fault.RetryNo, fault.ActorSender, "the API does not take the payload", adviceMessage},
	{"InvalidMqttTopic.", true, 400, fault.ClassMessage, fault.RetryNo, fault.ActorSender, "the API does not take the topic", adviceMessage},
	{"InvalidPayload.", true, 400, fault.ClassMessage, fault.RetryNo, fault.ActorSender, "the API does not take the payload", adviceMessage},
	{"MissingMqttTopic.", true, 400, fault.ClassMessage, fault.RetryNo, fault.ActorSender, "the message has no topic", adviceMessage},
	{"MissingPayload.", true, 400, fault.ClassMessage, fault.RetryNo, fault.ActorSender, "the message has no payload", adviceMessage},
	{"InvalidInstanceId.", true, 400, fault.ClassPermission, fault.RetryNo, fault.ActorYou, "there is no instance of this id here", adviceInstance},
	{"MissingInstanceId.", true, 400, fault.ClassPermission, fault.RetryNo, fault.ActorYou, "the request arrived without an instance id", adviceInstance},
	{"UnsupportedParameter", false, 400, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the endpoint does not know a parameter of SendMessage", adviceEndpoint},

	// What the gateway does not offer.
	{"InvalidApi.NotFound", false, 404, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the endpoint does not know SendMessage", adviceEndpoint},
	{"InvalidAction.NotFound", false, 404, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the endpoint does not know SendMessage", adviceEndpoint},
	{"InvalidAction.", true, 404, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the endpoint does not know SendMessage", adviceEndpoint},
	{"InvalidRegionId.", true, 400, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the endpoint does not serve this region", adviceEndpoint},
	{"InvalidSignatureMethod.", true, 400, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the endpoint does not know this way of signing", "choose another SENDBRIDGE_SIGNATURE, and check the endpoint"},
	{"InvalidVersion", false, 404, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the endpoint does not know this version of the API", adviceEndpoint},
	{"InvalidProduct.NotFound", false, 404, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the endpoint does not know ApsaraMQ for MQTT", adviceEndpoint},
	{"UnsupportedHTTPMethod", false, 400, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the request did not arrive as a POST", adviceRequest},
	{"InvalidProtocol.NeedSsl", false, 400, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the endpoint wants HTTPS", "use an endpoint that begins with https://"},
	{"ContentLengthDoesNotMatch", false, 400, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the body did not arrive as long as it was sent", adviceRequest},

	// The gateway itself.
	{"ServiceUnavailable", false, 503, fault.ClassTransient, fault.RetryBackoff, fault.ActorAlibaba, "the gateway has nobody to answer", adviceAutomatic},
	{"UnknownError", false, 500, fault.ClassTransient, fault.RetryBackoff, fault.ActorAlibaba, "a fault of the gateway", adviceMayRepeat},

	// Answers without a code.
	{codeNoMsgID, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "status 200 without a MsgId", "nothing, unless it lasts: then find what answers in the API's place; devices may get the message twice"},
	{"HTTP413", false, 0, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the request is too large for what stands before the API, which takes payloads of 64 KiB itself", adviceRequest},
	{"HTTP414", false, 0, fault.ClassUnsupported, fault.RetryNo, fault.ActorYou, "the URL is too long for what stands before the API", "set SENDBRIDGE_SIGNATURE to v1, which sends the parameters in the body"},
	{"HTTP429", false, 0, fault.ClassThrottled, fault.RetryBackoff, fault.ActorYou, "too many calls, said by status alone", adviceRate},
	{"HTTP5", true, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorAlibaba, "a fault of a server, said by status alone", adviceMayRepeat},
	{"HTTP", true, 0, fault.ClassUnknown, fault.RetryBackoff, fault.ActorYou, "any other status without a code", "find what answers in the API's place: a proxy, a firewall, another host"},

	// No answer.
	{codeAnswerLost, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "the connection ended in the middle of the answer", adviceMayRepeat},
	{codeTimeout, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "no answer in time", adviceConnection},
	{codeCanceled, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "the call was given up by its caller", "nothing: the caller ended the call; devices may get the message all the same"},
	{codeConnectionStale, false, 0, fault.ClassTransient, fault.RetryNow, fault.ActorYou, "a kept connection was found closed", "nothing, unless it is frequent: then find what closes connections before 30 idle seconds"},
	{codeConnectionReset, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "the connection was cut", adviceConnection},
	{codeConnectionRefused, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "nobody listens at the endpoint any more", adviceConnection},
	{codeEndpointRefused, false, 0, fault.ClassUnsupported, fault.RetryBackoff, fault.ActorYou, "nobody listens at the endpoint, nor has since this process began", "check the endpoint: its scheme, host and port, and whether what should listen there runs"},
	{codeDNS, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "the endpoint's name was not resolved", "check the region in the endpoint, and that this machine resolves names"},
	{codeTLS, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "the endpoint's certificate is not trusted, or TLS failed otherwise", "check the endpoint's name, this machine's root certificates, and whether a proxy replaces certificates"},
	{codeProxy, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "the proxy did not let the request through", "mend HTTPS_PROXY or HTTP_PROXY in the environment"},
	{codeNetwork, false, 0, fault.ClassTransient, fault.RetryBackoff, fault.ActorYou, "another fault of the network", adviceConnection},

	// No call.
	{codeNoCredentials, false, 0, fault.ClassCredential, fault.RetryBackoff, fault.ActorYou, "there were no credentials to sign with", "see why the provider of credentials has none"},
	{codeBadCredentials, false, 0, fault.ClassCredential, fault.RetryRefresh, fault.ActorYou, "the credentials cannot be put into a request", "give the key as RAM shows it, whole and without white space or line ends"},
}
