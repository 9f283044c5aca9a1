package inlet_test

import (
	"fmt"
	"testing"
	"time"

	"sendbridge/adapters/webhook/inlet"
)

// Whoever forges messages chooses the certificate's path, but not how often SNS is asked.
func TestStrangersCauseFewFetches(t *testing.T) {
	host := newCertificateHost(t, snsHost, time.Unix(ebNow+10_000, 0))
	now := time.Unix(ebNow, 0)
	i := open(t, "{verify: sns, topicArns: ['"+snsTopic+"']}", nil, inlet.Options{Transport: host.transport, Now: func() time.Time { return now }})
	forge := func(file string) error {
		message := map[string]string{"Type": "Notification", "SigningCertURL": "https://" + snsHost + "/" + file}
		_, err := enter(i, post(snsBody(host.key, message, nil)))
		return err
	}
	for n := range 100 {
		if err := forge(fmt.Sprintf("%d.pem", n)); !isLater(err) {
			t.Fatalf("%v, want it to be asked again", err)
		}
	}
	if n := host.asked.Load(); n != 6 {
		t.Errorf("SNS was asked %d times in a minute, want 6", n)
	}
	now = now.Add(time.Minute)
	if err := forge("cert.pem"); err != nil {
		t.Errorf("a minute later: %v", err)
	}
}
