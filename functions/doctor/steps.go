package doctor

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"sendbridge/core/fault"
	"sendbridge/core/onsmqtt"
)

// The API's quota, in calls a second, and how far a clock may be off.
const (
	accountQuota = 1000
	addressQuota = 300
	allowedSkew  = 15 * time.Minute
)

// configuration tells what this process is set up for, and what many of it come to.
func (x *examination) configuration(context.Context) (string, error) {
	return fmt.Sprintf("instance %s at %s; %s", x.Instance, x.Endpoint, rateInWords(x.Rate)), nil
}

func rateInWords(rate int) string {
	switch {
	case rate == 0:
		return "no limit on the rate: an address that makes over 300 calls a second is blocked"
	case rate > addressQuota:
		return fmt.Sprintf("%d calls a second from each process, more than the %d that one address may make", rate, addressQuota)
	}
	return fmt.Sprintf("%d calls a second from each process: %d of them fit into the %d of one address, %d into the account's %d",
		rate, addressQuota/rate, addressQuota, accountQuota/rate, accountQuota)
}

func (x *examination) rules(context.Context) (string, error) {
	r := &x.Rules
	if r.Err != nil {
		return "", &finding{r.Err.Error(), classConfiguration, "fix the rules"}
	}
	return fmt.Sprintf("%d from %s, hash %s", r.Count, r.From, r.Hash), nil
}

// credentials fetches credentials unless there are some already. A chain's error lists each place where it looked.
func (x *examination) credentials(ctx context.Context) (string, error) {
	if x.BadCredentials != nil {
		return "", &finding{x.BadCredentials.Error(), classConfiguration, "set these right, or SENDBRIDGE_CREDENTIALS to another kind"}
	}
	if _, err := x.Credentials.Credentials(ctx); err != nil {
		return "", err
	}
	return x.Credentials.Status().String(), nil
}

// dns makes the one unsigned request that the next two steps tell of, too.
func (x *examination) dns(ctx context.Context) (string, error) {
	if err := x.Wait(ctx); err != nil {
		return "", err
	}
	x.contact, x.contacted = x.Client.Contact(ctx)
	if fault.Of(x.contacted).Code == "DNS" {
		return "", x.contacted
	}
	if len(x.contact.Addresses) == 0 {
		return hostOf(x.Endpoint) + ": nothing to resolve", nil
	}
	return fmt.Sprintf("%s in %d ms", strings.Join(x.contact.Addresses, ", "), x.contact.Resolving.Milliseconds()), nil
}

func (x *examination) connection(context.Context) (string, error) {
	if x.contacted != nil {
		return "", x.contacted
	}
	return fmt.Sprintf("%s to %s in %d ms; from %s, and the API does not tell which address it sees",
		cmp.Or(x.contact.TLS, "no TLS"), x.contact.Remote, x.contact.Connecting.Milliseconds(), x.contact.Local), nil
}

// clock compares with the Date of the endpoint's answer.
func (x *examination) clock(context.Context) (string, error) {
	skew, way := x.contact.Skew, "ahead of"
	if skew < 0 {
		skew, way = -skew, "behind"
	}
	text := fmt.Sprintf("this machine's clock is %s %s the API's", skew, way)
	switch {
	case x.contact.Date.IsZero():
		return "", &finding{"the endpoint's answer has no Date to compare with", fault.ClassUnknown, "find what answers in the API's place: a proxy, a firewall, another host"}
	case skew >= allowedSkew:
		return "", &finding{text, fault.ClassClock, "synchronise this machine's clock: the API allows 15 minutes"}
	}
	return text, nil
}

func (x *examination) identity(ctx context.Context) (string, error) {
	who, err := x.Credentials.Identity(ctx)
	if err != nil {
		return "", err
	}
	x.caller = who
	return fmt.Sprintf("%s, %s of account %s", who.ARN, who.Type, who.Account), nil
}

// permission makes a call that can send nothing: it has neither topic nor payload. That the API refuses just these proves
// that it took the key, the token and the signature. Whether it has looked at the permissions before, no document says.
func (x *examination) permission(ctx context.Context) (string, error) {
	_, err := x.call(ctx, "", "")
	switch {
	case err == nil:
		return "", &finding{"a call without a topic was answered with a MsgId", fault.ClassUnknown, "find what answers in the API's place"}
	case fault.Of(err).Class == fault.ClassMessage, fault.Of(err).Code == "MissingParameter", fault.Of(err).Code == "InvalidParameter":
		return "the API took the signature and refused an empty topic (" + fault.Of(err).Code + "), as it should; that the topics are permitted only a message proves", nil
	}
	return "", err
}

func (x *examination) message(ctx context.Context) (string, error) {
	r, err := x.call(ctx, x.topic, `{"sendbridge":"doctor"}`)
	if fault.Of(err).Class == fault.ClassMessage {
		return "", &finding{err.Error(), classConfiguration, "give --topic a topic that the API takes: its sender is who typed it"}
	}
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("to %s, MsgId %s, request %s: the API has it, a device need not", x.topic, r.MsgID, r.RequestID), nil
}

// call makes one attempt, whatever the breaker says: it is to find out.
func (x *examination) call(ctx context.Context, topic, payload string) (onsmqtt.Receipt, error) {
	if err := x.Wait(ctx); err != nil {
		return onsmqtt.Receipt{}, err
	}
	r, err := x.Client.SendMessage(ctx, topic, payload)
	if err != nil {
		err = x.Credentials.Explain(ctx, err)
	}
	return r, err
}
