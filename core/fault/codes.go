package fault

import "slices"

// Codes of events that were not sent.
const (
	CodeAddressBlocked     = "AddressBlocked"
	CodeConcurrencyFull    = "ConcurrencyFull"
	CodeCredentialsRefused = "CredentialsRefused"
	CodeDeadLetterFailed   = "DeadLetterFailed"
	CodeDeadLettered       = "DeadLettered"
	CodeDuplicateName      = "DuplicateName"
	CodeEachInvalid        = "EachInvalid"
	CodeEndpointRefused    = "EndpointRefused"
	CodeEventTooOld        = "EventTooOld"
	CodeInvalidEvent       = "InvalidEvent"
	CodeLimiterFull        = "LimiterFull"
	CodeLoneSurrogate      = "LoneSurrogate"
	CodeLoopDetected       = "LoopDetected"
	CodeNoRuleMatched      = "NoRuleMatched"
	CodeNoSource           = "NoSource"
	CodePayloadInvalid     = "PayloadInvalid"
	CodeTopicInvalid       = "TopicInvalid"
)

// Codes of errors of fetching credentials.
const (
	CodeCredentialsIncomplete  = "CredentialsIncomplete"
	CodeCredentialsLate        = "CredentialsLate"
	CodeCredentialsOver        = "CredentialsOver"
	CodeCredentialsPanic       = "CredentialsPanic"
	CodeCredentialsUnavailable = "CredentialsUnavailable"
	CodeIdentityUnknown        = "IdentityUnknown"
	CodeNoRole                 = "NoRole"
	CodeNotSet                 = "NotSet"
	CodeSTSTimeout             = "STSTimeout"
	CodeSTSUnreachable         = "STSUnreachable"
)

// A Code is a row of a table of codes. The tables are printed in docs/errors.md.
type Code struct{ Name, Class, Meaning string }

var eventCodes = [...]Code{
	{CodeAddressBlocked, ClassTransient, "the API seems to have blocked this address; one call at a time asks whether it answers again"},
	{CodeConcurrencyFull, ClassTransient, "no call in flight ended in the time that the event has"},
	{CodeCredentialsRefused, ClassCredential, "the API took no credentials of late; one call at a time asks whether it does again"},
	{CodeDeadLetterFailed, ClassTransient, "the sink did not take an event that will never go, so it must come again"},
	{CodeDeadLettered, ClassMessage, "before, within the dedup window"},
	{CodeDuplicateName, ClassMessage, "an object of the event that a rule looks into has a name twice"},
	{CodeEachInvalid, ClassMessage, "each does not name an array, or one with more than 50,000 elements that where fits"},
	{CodeEndpointRefused, ClassUnsupported, "nobody ever listened at the endpoint; one call at a time asks whether somebody does"},
	{CodeEventTooOld, ClassMessage, "older than the rule's maximumEventAgeInSeconds"},
	{CodeInvalidEvent, ClassMessage, "not a CloudEvent 1.0, or data that is not what datacontenttype says"},
	{CodeLimiterFull, ClassThrottled, "the limiter could not let the call through in the time that the event has"},
	{CodeLoneSurrogate, ClassMessage, "a text that a rule looks at has half of a surrogate pair"},
	{CodeLoopDetected, ClassMessage, "the event went through a bridge too often"},
	{CodeNoRuleMatched, ClassMessage, "and unmatched events are rejected"},
	{CodeNoSource, ClassMessage, "no source recognises the payload, and no setting says what it is"},
	{CodePayloadInvalid, ClassMessage, "a payload cannot be rendered, is no UTF-8, empty or over 65,536 bytes"},
	{CodeTopicInvalid, ClassMessage, "a topic that rules and event make is not legal, or lacks a value"},
}

var credentialCodes = [...]Code{
	{CodeCredentialsIncomplete, ClassCredential, "what was fetched lacks a part"},
	{CodeCredentialsLate, ClassTransient, "the fetch was not over in the time that the event has; it goes on"},
	{CodeCredentialsOver, ClassCredential, "the credentials that were fetched have ended already"},
	{CodeCredentialsPanic, ClassCredential, "a library that fetches credentials panicked"},
	{CodeCredentialsUnavailable, ClassCredential, "the place where credentials should be has none"},
	{CodeIdentityUnknown, ClassCredential, "there is nobody to ask whose the credentials are"},
	{CodeNoRole, ClassCredential, "an invocation brought no credentials: the function has no role"},
	{CodeNotSet, ClassCredential, "a variable of the environment is missing"},
	{CodeSTSTimeout, ClassTransient, "STS, of either cloud, did not answer in time"},
	{CodeSTSUnreachable, ClassTransient, "STS, of either cloud, was not reached"},
}

// EventCodes returns the codes of events that were not sent, by name. The API's own are in onsmqtt.Codes.
func EventCodes() []Code { return slices.Clone(eventCodes[:]) }

// CredentialCodes returns the codes of errors of fetching credentials, by name.
func CredentialCodes() []Code { return slices.Clone(credentialCodes[:]) }

func classOf(code string) string {
	for _, table := range [][]Code{eventCodes[:], credentialCodes[:]} {
		for i := range table {
			if table[i].Name == code {
				return table[i].Class
			}
		}
	}
	return ClassUnknown
}
