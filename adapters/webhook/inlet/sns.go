// Messages of Amazon SNS: https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html

package inlet

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"sendbridge/core/rules"
	"sendbridge/internal/jsontext"
)

// sns verifies that Amazon SNS signed a message of one of the inlet's topics. What is older than an hour counts as
// replayed: SNS repeats a message with its first time, and gives up within the hour by its default policy.
type sns struct {
	topics []string // those that are confirmed and received
	certs  *certificates
	now    func() time.Time
}

const snsWindow = time.Hour

var snsKeys = []key{{
	name: "topicArns",
	want: "write the ARNs of the topics, such as [\"arn:aws:sns:us-east-1:123456789012:alarms\"]",
	read: readTopicARNs,
}}

func openSNS(in input) (checks, error) {
	s := &sns{topics: in.settings["topicArns"], now: in.now, certs: newCertificates(in)}
	return checks{body: s.check, ask: in.fetch.confirm}, nil
}

func readTopicARNs(n rules.Node, key string, _ *Spec) []string {
	list := n.Texts(key)
	for _, arn := range list {
		if parts := strings.Split(arn, ":"); len(parts) != 6 || parts[0] != "arn" || parts[2] != "sns" || !isName(parts[3]) {
			n.Mistake("topicArns: %q is no topic's ARN, such as arn:aws:sns:us-east-1:123456789012:alarms", arn)
		}
	}
	return list
}

// snsEvent are the attributes of the specification's adapter.
// https://github.com/cloudevents/spec/blob/main/cloudevents/adapters/aws-sns.md
func snsEvent(h http.Header, body gjson.Result) attributes {
	a := attributes{id: text(body, "MessageId"), source: h.Get("X-Amz-Sns-Subscription-Arn"), subject: text(body, "Subject"), time: text(body, "Timestamp")}
	if a.source == "" {
		a.source = text(body, "TopicArn")
	}
	if kind := text(body, "Type"); kind != "" {
		a.kind = "com.amazonaws.sns." + kind
	}
	return a
}

func (s *sns) check(r *http.Request, body []byte) error {
	if !jsontext.Valid(body) {
		return unproven("the message is not JSON")
	}
	message := gjson.ParseBytes(body)
	topic := text(message, "TopicArn")
	if !slices.Contains(s.topics, topic) {
		return unproven("the message is of no topic of this inlet")
	}
	at, err := time.Parse(time.RFC3339, text(message, "Timestamp"))
	if age := s.now().Sub(at); err != nil || age > snsWindow || age < -snsWindow {
		return unproven("the timestamp is too old, in the future or none")
	}
	address := text(message, "SigningCertURL")
	if u, err := snsAddress(address, topic); err != nil || !isFile(u) || !strings.HasPrefix(u.Path, "/SimpleNotificationService-") {
		return unproven("the certificate is not of SNS in the topic's region")
	}
	signature, err := base64.StdEncoding.DecodeString(text(message, "Signature"))
	if err != nil || len(signature) == 0 {
		return unproven("the signature is not base64")
	}
	key, err := s.certs.key(r.Context(), address)
	if err != nil {
		return err
	}
	if !snsSigned(key, text(message, "SignatureVersion"), snsStringToSign(message), signature) {
		return unproven("the signature is of another message")
	}
	return nil
}

func snsSigned(key *rsa.PublicKey, version, signed string, signature []byte) bool {
	switch version {
	case "1":
		sum := sha1.Sum([]byte(signed))
		return rsa.VerifyPKCS1v15(key, crypto.SHA1, sum[:], signature) == nil
	case "2":
		sum := sha256.Sum256([]byte(signed))
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, sum[:], signature) == nil
	}
	return false
}

// snsAddress takes addresses of SNS in the topic's own region.
func snsAddress(address, topic string) (*url.URL, error) {
	arn := strings.Split(topic, ":")
	host := "sns." + arn[3] + ".amazonaws.com"
	if arn[1] == "aws-cn" {
		host += ".cn"
	}
	u, err := url.Parse(address)
	if err == nil && (u.Scheme != "https" || u.User != nil || u.Host != host) {
		err = unproven("the address is not of SNS")
	}
	return u, err
}

func snsStringToSign(message gjson.Result) string {
	names := []string{"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
	if text(message, "Type") == "Notification" {
		names = []string{"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"}
	}
	var b strings.Builder
	for _, name := range names {
		if v := text(message, name); v != "" || name != "Subject" {
			b.WriteString(name + "\n" + v + "\n")
		}
	}
	return b.String()
}

// confirm answers a topic's SubscriptionConfirmation, whose signature and topic have been checked, by calling SNS.
func (f fetcher) confirm(ctx context.Context, message gjson.Result) (reply Reply, ok bool, err error) {
	if text(message, "Type") != "SubscriptionConfirmation" {
		return Reply{}, false, nil
	}
	u, err := snsAddress(text(message, "SubscribeURL"), text(message, "TopicArn"))
	if err != nil || u.Path != "/" || u.Query().Get("Action") != "ConfirmSubscription" {
		return Reply{}, true, unproven("the address to confirm at is not of SNS")
	}
	if _, err := f.get(ctx, u.String()); err != nil {
		return Reply{}, true, &Error{Code: "NotConfirmed", Text: "the subscription could not be confirmed at the moment", Later: true, Cause: err}
	}
	return Reply{}, true, nil
}

// text is a member of an object that is a string, by its whole name: gjson reads a dot as a path. It is empty if there is
// none.
func text(object gjson.Result, name string) string {
	found := ""
	object.ForEach(func(key, v gjson.Result) bool {
		if key.Str == name && v.Type == gjson.String {
			found = v.Str
		}
		return key.Str != name
	})
	return found
}
