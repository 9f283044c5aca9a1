package inlet_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"sendbridge/adapters/webhook/inlet"
)

const (
	snsHost  = "sns.us-east-1.amazonaws.com"
	snsCert  = "/SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem"
	snsTopic = "arn:aws:sns:us-east-1:123456789012:alarms"
)

// snsBody signs a message as SNS does, and then lets change alter it.
func snsBody(key *rsa.PrivateKey, message map[string]string, change func(map[string]string)) string {
	for name, v := range map[string]string{"MessageId": "m-1", "TopicArn": snsTopic, "Message": "hello", "Timestamp": "2023-11-14T22:13:20.000Z",
		"SignatureVersion": "2", "SigningCertURL": "https://" + snsHost + snsCert} {
		if message[name] == "" {
			message[name] = v
		}
	}
	names := []string{"Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"}
	if message["Type"] == "Notification" {
		names = []string{"Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"}
	}
	text := ""
	for _, name := range names {
		if v, ok := message[name]; ok {
			text += name + "\n" + v + "\n"
		}
	}
	sum, hash := sha256.Sum256([]byte(text)), crypto.SHA256
	digest := sum[:]
	if message["SignatureVersion"] == "1" {
		old := sha1.Sum([]byte(text))
		digest, hash = old[:], crypto.SHA1
	}
	message["Signature"] = base64.StdEncoding.EncodeToString(must(rsa.SignPKCS1v15(rand.Reader, key, hash, digest)))
	if change != nil {
		change(message)
	}
	return string(must(json.Marshal(message)))
}

func newSNS(t testing.TB) *certificateHost {
	host := newCertificateHost(t, time.Unix(ebNow+4000, 0))
	host.files[snsCert] = host.files["/cert.pem"]
	return host
}

func TestSNS(t *testing.T) {
	host := newSNS(t)
	host.files["/"] = []byte("<ConfirmSubscriptionResponse/>")
	notification := func() map[string]string { return map[string]string{"Type": "Notification", "Subject": "s"} }
	confirmation := func() map[string]string {
		return map[string]string{"Type": "SubscriptionConfirmation", "Token": "t", "SubscribeURL": "https://" + snsHost + "/?Action=ConfirmSubscription&Token=t"}
	}
	for name, c := range map[string]struct {
		message  map[string]string
		change   func(map[string]string)
		late     int64
		reason   string // empty: accepted
		question bool
		asked    int64 // requests to SNS
	}{
		"a notification":       {message: notification(), asked: 1},
		"by the first version": {message: func() map[string]string { m := notification(); m["SignatureVersion"] = "1"; return m }(), asked: 1},
		"another message":      {message: notification(), change: func(m map[string]string) { m["Message"] = "hellO" }, reason: "does not match the message", asked: 1},
		"an hour old":          {message: notification(), late: 3600, asked: 1},
		"too old":              {message: notification(), late: 3601, reason: "too old"},
		"an hour early":        {message: notification(), late: -3600, asked: 1},
		"too early":            {message: notification(), late: -3601, reason: "in the future"},
		"a topic of others":    {message: func() map[string]string { m := notification(); m["TopicArn"] = snsTopic + "2"; return m }(), reason: "not of a topic of this inlet"},
		"a certificate of others": {message: func() map[string]string {
			m := notification()
			m["SigningCertURL"] = "https://sns.us-east-1.amazonaws.com.evil.example/cert.pem"
			return m
		}(), reason: "not from SNS"},
		"another file of SNS": {message: func() map[string]string {
			m := notification()
			m["SigningCertURL"] = "https://" + snsHost + "/cert.pem"
			return m
		}(), reason: "not from SNS"},
		"a certificate with a query": {message: func() map[string]string {
			m := notification()
			m["SigningCertURL"] = "https://" + snsHost + snsCert + "?x=1"
			return m
		}(), reason: "not from SNS"},
		"a certificate after a user": {message: func() map[string]string {
			m := notification()
			m["SigningCertURL"] = "https://user@" + snsHost + snsCert
			return m
		}(), reason: "not from SNS"},
		"a confirmation": {message: confirmation(), question: true, asked: 2},
		"a confirmation after a user": {message: func() map[string]string {
			m := confirmation()
			m["SubscribeURL"] = "https://user:word@" + snsHost + "/?Action=ConfirmSubscription&Token=t"
			return m
		}(), reason: "to confirm at", asked: 1},
		"a confirmation of others": {message: func() map[string]string { m := confirmation(); m["TopicArn"] = snsTopic + "2"; return m }(), reason: "not of a topic of this inlet"},
		"a confirmation elsewhere": {message: func() map[string]string {
			m := confirmation()
			m["SubscribeURL"] = "https://evil.example/?Action=ConfirmSubscription"
			return m
		}(), reason: "to confirm at", asked: 1},
		"another call to confirm by": {message: func() map[string]string {
			m := confirmation()
			m["SubscribeURL"] = "https://" + snsHost + "/?Action=Unsubscribe"
			return m
		}(), reason: "to confirm at", asked: 1},
		"an unsigned confirmation": {message: confirmation(), change: func(m map[string]string) { m["Token"] = "u" }, reason: "does not match the message", asked: 1},
	} {
		t.Run(name, func(t *testing.T) {
			before := host.asked.Load()
			i := open(t, "{verify: sns, topicArns: ['"+snsTopic+"']}", nil, inlet.Options{Transport: host, Now: at(ebNow + c.late)})
			asked, err := enter(i, post(snsBody(host.key, c.message, c.change), "Content-Type: text/plain; charset=UTF-8"))
			if c.reason != "" {
				wantRejected(t, err, c.reason)
			} else if err != nil || asked != c.question {
				t.Errorf("a question: %t, %v: %v", asked, err, errors.Unwrap(err))
			}
			if n := host.asked.Load() - before; n != c.asked {
				t.Errorf("%d requests to SNS, want %d", n, c.asked)
			}
		})
	}
}
