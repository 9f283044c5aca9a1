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

// sns verifies that Amazon SNS signed a message of one of the inlet's topics. It rejects a message older than an hour as a
// replay: SNS repeats a message with its first time, and its default policy gives up within the hour.
type sns struct {
	topics []string // topics to confirm and receive
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
			n.Mistake("topicArns: %q must be the ARN of a topic, such as arn:aws:sns:us-east-1:123456789012:alarms", arn)
		}
	}
	return list
}

// snsEvent returns the attributes of the specification's adapter.
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
		return rejected("the message is not JSON")
	}
	message := gjson.ParseBytes(body)
	topic := text(message, "TopicArn")
	if !slices.Contains(s.topics, topic) {
		return rejected("the message is not of a topic of this inlet")
	}
	at, err := time.Parse(time.RFC3339, text(message, "Timestamp"))
	if age := s.now().Sub(at); err != nil || age > snsWindow || age < -snsWindow {
		return rejected("the timestamp is missing, too old or in the future")
	}
	address := text(message, "SigningCertURL")
	if u, err := snsAddress(address, topic); err != nil || !isFile(u) || !strings.HasPrefix(u.Path, "/SimpleNotificationService-") {
		return rejected("the certificate is not from SNS in the topic's region")
	}
	signature, err := base64.StdEncoding.DecodeString(text(message, "Signature"))
	if err != nil || len(signature) == 0 {
		return rejected("the signature is not base64")
	}
	key, err := s.certs.key(r.Context(), address)
	if err != nil {
		return err
	}
	if !snsSigned(key, text(message, "SignatureVersion"), snsStringToSign(message), signature) {
		return rejected("the signature does not match the message")
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

// snsAddress accepts only addresses of SNS in the topic's region.
func snsAddress(address, topic string) (*url.URL, error) {
	arn := strings.Split(topic, ":")
	host := "sns." + arn[3] + ".amazonaws.com"
	if arn[1] == "aws-cn" {
		host += ".cn"
	}
	u, err := url.Parse(address)
	if err == nil && (u.Scheme != "https" || u.User != nil || u.Host != host) {
		err = rejected("the address does not belong to SNS")
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

// confirm answers a topic's SubscriptionConfirmation by calling SNS. Its signature and topic must have been checked.
func (f fetcher) confirm(ctx context.Context, message gjson.Result) (reply Reply, ok bool, err error) {
	if text(message, "Type") != "SubscriptionConfirmation" {
		return Reply{}, false, nil
	}
	u, err := snsAddress(text(message, "SubscribeURL"), text(message, "TopicArn"))
	if err != nil || u.Path != "/" || u.Query().Get("Action") != "ConfirmSubscription" {
		return Reply{}, true, rejected("the address to confirm at does not belong to SNS")
	}
	if _, err := f.get(ctx, u.String()); err != nil {
		return Reply{}, true, &Error{Code: "NotConfirmed", Text: "the subscription cannot be confirmed at the moment", Later: true, Cause: err}
	}
	return Reply{}, true, nil
}

// text returns a string member of an object by its whole name, because gjson reads a dot as a path. It returns an empty
// string if there is none.
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
