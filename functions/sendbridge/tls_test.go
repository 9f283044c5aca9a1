package main

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"testing"

	"sendbridge/core/credential"
	"sendbridge/core/onsmqtt"
	"sendbridge/core/onstest"
)

// With --tls the emulator accepts only HTTPS, its certificate is in the file that dev prints, and dev itself still
// sends.
func TestDevOverTLS(t *testing.T) {
	var file string
	t.Run("dev", func(t *testing.T) {
		said := devAddresses(t, "--tls")
		if !strings.HasPrefix(said["emulator"], "https://127.0.0.1:") {
			t.Fatalf("emulator at %s", said["emulator"])
		}
		file = strings.TrimPrefix(said["export"], "SSL_CERT_FILE=")
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), "PRIVATE") {
			t.Error("the key is in the file")
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(raw) {
			t.Fatalf("no certificate in %q", raw)
		}
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}
		t.Cleanup(transport.CloseIdleConnections)
		for _, host := range []string{"127.0.0.1", "localhost"} {
			r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, strings.Replace(said["emulator"], "127.0.0.1", host, 1)+"_emulator/stats", nil)
			answer, err := transport.RoundTrip(r)
			if err != nil || answer.StatusCode != http.StatusOK {
				t.Fatalf("%s: %v, %v", host, answer, err)
			}
			answer.Body.Close()
		}
		source := credential.Fixed(credential.KindAccessKey, onsmqtt.Credentials{AccessKeyID: onstest.AccessKeyID, AccessKeySecret: onstest.AccessKeySecret})
		client, err := onsmqtt.New(strings.TrimSuffix(said["emulator"], "/"), onstest.Instance, source.Credentials, &onsmqtt.Options{Transport: transport})
		if err != nil {
			t.Fatal(err)
		}
		if receipt, err := client.SendMessage(t.Context(), "TopicA", "x"); err != nil || receipt.MsgID == "" {
			t.Errorf("MsgId %q: %v", receipt.MsgID, err)
		}
		if status, body := post(t, said["events"], "application/cloudevents+json", door("1", "n")); status != http.StatusNoContent {
			t.Errorf("an event is answered %d: %s", status, body)
		}
		plain := strings.Replace(said["emulator"], "https", "http", 1)
		if status := statusFor(t, plain, "localhost"); status != http.StatusBadRequest {
			t.Errorf("HTTP is answered %d", status)
		}
	})
	if _, err := os.Stat(file); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%s is left behind: %v", file, err)
	}
}

// Each language has its own variable. Python's requests does not read SSL_CERT_FILE.
func TestAdviceNamesTheVariables(t *testing.T) {
	const want = `
To trust the emulator's certificate in Node, in Python's requests, and in Go, OpenSSL and others:
  export NODE_EXTRA_CA_CERTS=/tmp/dev.pem
  export REQUESTS_CA_BUNDLE=/tmp/dev.pem
  export SSL_CERT_FILE=/tmp/dev.pem
`
	if got := (secure{file: "/tmp/dev.pem"}).advice(); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	if got := (secure{}).advice(); got != "" {
		t.Errorf("without --tls: %s", got)
	}
}
