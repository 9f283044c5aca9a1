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
	{CodeAddressBlocked, ClassTransient, "the API seems to have blocked this address; one call at a time tests whether it answers again"},
	{CodeConcurrencyFull, ClassTransient, "all calls that may be in flight were in use until the event's time was over"},
	{CodeCredentialsRefused, ClassCredential, "the API recently rejected the credentials several times; one call at a time tests whether it accepts them again"},
	{CodeDeadLetterFailed, ClassTransient, "the dead-letter sink failed for an event that can never be delivered, so the trigger must redeliver it"},
	{CodeDeadLettered, ClassMessage, "the event became a dead letter earlier, within the dedup window"},
	{CodeDuplicateName, ClassMessage, "an object of the event that a rule looks into has a name twice"},
	{CodeEachInvalid, ClassMessage, "each does not name an array, or more than 50,000 elements of the array match where"},
	{CodeEndpointRefused, ClassUnsupported, "the endpoint has never accepted a connection; one call at a time tests whether it does"},
	{CodeEventTooOld, ClassMessage, "the event is older than the rule's maximumEventAgeInSeconds"},
	{CodeInvalidEvent, ClassMessage, "the event is not a CloudEvent 1.0, or its data does not have the type that datacontenttype names"},
	{CodeLimiterFull, ClassThrottled, "the rate limiter had no room for the call within the event's time"},
	{CodeLoneSurrogate, ClassMessage, "a text that a rule reads contains half of a surrogate pair"},
	{CodeLoopDetected, ClassMessage, "the event passed through a bridge too often"},
	{CodeNoRuleMatched, ClassMessage, "no rule matches the event, and SENDBRIDGE_UNMATCHED is reject"},
	{CodeNoSource, ClassMessage, "no source recognises the payload, and no setting says what it is"},
	{CodePayloadInvalid, ClassMessage, "a payload cannot be rendered, is not UTF-8, is empty or has more than 65,536 bytes"},
	{CodeTopicInvalid, ClassMessage, "the topic that the rule makes of the event is invalid, or a value for it is missing"},
}

var credentialCodes = [...]Code{
	{CodeCredentialsIncomplete, ClassCredential, "the credentials that were fetched are incomplete"},
	{CodeCredentialsLate, ClassTransient, "the fetch did not end within the event's time; it continues in the background"},
	{CodeCredentialsOver, ClassCredential, "the credentials that were fetched have already expired"},
	{CodeCredentialsPanic, ClassCredential, "a library panicked while it fetched credentials"},
	{CodeCredentialsUnavailable, ClassCredential, "the configured provider has no credentials"},
	{CodeIdentityUnknown, ClassCredential, "the caller's identity cannot be determined, because there are no credentials or there is no STS to ask"},
	{CodeNoRole, ClassCredential, "the invocation has no credentials, because the function has no role"},
	{CodeNotSet, ClassCredential, "an environment variable is missing"},
	{CodeSTSTimeout, ClassTransient, "the STS of one of the clouds did not answer in time"},
	{CodeSTSUnreachable, ClassTransient, "the STS of one of the clouds could not be reached"},
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
