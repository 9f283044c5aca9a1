package inlet_test

import (
	"testing"
	"time"

	"sendbridge/adapters/webhook/inlet"
)

// In China, SNS uses hosts of another domain, and hosts of the global domain are rejected.
func TestSNSInChina(t *testing.T) {
	const topic, host = "arn:aws-cn:sns:cn-north-1:123456789012:alarms", "sns.cn-north-1.amazonaws.com"
	for suffix, want := range map[string]bool{".cn": true, "": false} {
		h := newCertificateHost(t, time.Unix(ebNow+1000, 0))
		h.files[snsCert] = h.files["/cert.pem"]
		i := open(t, "{verify: sns, topicArns: ['"+topic+"']}", nil, inlet.Options{Transport: h, Now: at(ebNow)})
		body := snsBody(h.key, map[string]string{"Type": "Notification", "TopicArn": topic, "SigningCertURL": "https://" + host + suffix + snsCert}, nil)
		if _, err := enter(i, post(body)); (err == nil) != want {
			t.Errorf("%s%s: %v", host, suffix, err)
		}
	}
	h := newSNS(t)
	h.files[snsCert] = h.files["/cert.pem"]
	i := open(t, "{verify: sns, topicArns: ['"+snsTopic+"']}", nil, inlet.Options{Transport: h, Now: at(ebNow)})
	body := snsBody(h.key, map[string]string{"Type": "Notification", "SigningCertURL": "https://" + snsHost + ".cn" + snsCert}, nil)
	if _, err := enter(i, post(body)); !isUnproven(err) {
		t.Errorf("a Chinese host for a topic of elsewhere: %v", err)
	}
}
