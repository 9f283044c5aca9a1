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

// The API's quota in calls per second, and the largest difference of clocks that it allows.
const (
	accountQuota = 1000
	addressQuota = 300
	allowedSkew  = 15 * time.Minute
)

// configuration reports the settings, and how many processes the quota allows.
func (x *examination) configuration(context.Context) (string, error) {
	return fmt.Sprintf("instance %s at %s; %s", x.Instance, x.Endpoint, rateInWords(x.Rate)), nil
}

func rateInWords(rate int) string {
	switch {
	case rate == 0:
		return "no rate limit: the API blocks an address that makes over 300 calls a second"
	case rate > addressQuota:
		return fmt.Sprintf("%d calls a second from each process: more than the quota of one address, which is %d", rate, addressQuota)
	}
	return fmt.Sprintf("%d calls a second from each process; processes that fit: %d per address (quota %d), %d per account (quota %d)",
		rate, addressQuota/rate, addressQuota, accountQuota/rate, accountQuota)
}

func (x *examination) rules(context.Context) (string, error) {
	r := &x.Rules
	if r.Err != nil {
		return "", &finding{r.Err.Error(), classConfiguration, "fix the rules"}
	}
	return fmt.Sprintf("%d from %s, hash %s", r.Count, r.From, r.Hash), nil
}

// credentials fetches credentials unless they are cached. The error of the default chain lists each place that it
// tried.
func (x *examination) credentials(ctx context.Context) (string, error) {
	if x.BadCredentials != nil {
		return "", &finding{x.BadCredentials.Error(), classConfiguration, "correct these, or set SENDBRIDGE_CREDENTIALS to another kind"}
	}
	if _, err := x.Credentials.Credentials(ctx); err != nil {
		return "", err
	}
	return x.Credentials.Status().String(), nil
}

// dns makes one unsigned request, whose result the next two steps use as well.
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
	return fmt.Sprintf("%s to %s in %d ms; from %s; the API does not say which address it sees",
		cmp.Or(x.contact.TLS, "no TLS"), x.contact.Remote, x.contact.Connecting.Milliseconds(), x.contact.Local), nil
}

// clock compares the clock with the Date of the endpoint's answer.
func (x *examination) clock(context.Context) (string, error) {
	skew, way := x.contact.Skew, "ahead of"
	if skew < 0 {
		skew, way = -skew, "behind"
	}
	text := fmt.Sprintf("this machine's clock is %s %s the API's", skew, way)
	switch {
	case x.contact.Date.IsZero():
		return "", &finding{"the endpoint's answer has no Date header to compare with", fault.ClassUnknown, "find out what answers instead of the API: a proxy, a firewall, another host"}
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

// permission makes a call that can send nothing, because it has neither topic nor payload. If the API rejects just
// these, it has accepted the key, the token and the signature. No document says whether it has checked the permissions
// before.
func (x *examination) permission(ctx context.Context) (string, error) {
	_, err := x.call(ctx, "", "")
	switch {
	case err == nil:
		return "", &finding{"a call without a topic was answered with a MsgId", fault.ClassUnknown, "find out what answers instead of the API"}
	case fault.Of(err).Class == fault.ClassMessage, fault.Of(err).Code == "MissingParameter", fault.Of(err).Code == "InvalidParameter":
		return "the API accepted the signature and rejected the empty topic (" + fault.Of(err).Code + "), as expected; only a message can prove that the topics are permitted", nil
	}
	return "", err
}

func (x *examination) message(ctx context.Context) (string, error) {
	r, err := x.call(ctx, x.topic, `{"sendbridge":"doctor"}`)
	if fault.Of(err).Class == fault.ClassMessage {
		return "", &finding{err.Error(), classConfiguration, "give --topic a topic that the API accepts"}
	}
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("to %s, MsgId %s, request %s: the API accepted it, which does not prove that a device received it", x.topic, r.MsgID, r.RequestID), nil
}

// call makes one attempt and bypasses the breaker, because it has to find out whether a call works.
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
