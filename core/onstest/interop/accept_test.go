package interop

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"

	"sendbridge/core/onsmqtt"
	"sendbridge/core/onstest"
)

// payloads show how a client encodes. The long one only fits if the emulator's URL limit is raised.
var payloads = map[string]string{
	"one byte":    "x",
	"ASCII":       `{"id":"a-1","n":[1,2,3]}`,
	"spaces":      " a  b ",
	"reserved":    "+/*~é=&?#%25;'()!@:,$[]\"<>",
	"controls":    "a\r\n\t\x00\x7f",
	"beyond BMP":  "€ 🚲 日本",
	"not UTF-8":   "\xff\xfe\x80ok",
	"almost 4 KB": strings.Repeat("0123456789abcdef", 245),
}

func withLongOnes(short map[string]string) map[string]string {
	all := map[string]string{
		"65536 of ASCII":       strings.Repeat("x", 65536),
		"65536 of three bytes": strings.Repeat("€", 21845) + "x",
		"65536 of spaces":      strings.Repeat(" ", 65536),
	}
	for name, payload := range short {
		all[name] = payload
	}
	return all
}

// serve starts an emulator that accepts URLs of up to 256 KiB and has no quota, unless o says otherwise.
func serve(t *testing.T, o *onstest.Options) (host string, h *onstest.Handler) {
	t.Helper()
	if o == nil {
		o = &onstest.Options{MaxTarget: 256 << 10, Quota: &onstest.Quota{}}
	}
	h = onstest.New(o)
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.Listener.Addr().String(), h
}

// dialOurs returns the dialler of this project's client with one signature.
func dialOurs(signature onsmqtt.Signature) func(testing.TB, string, onsmqtt.Credentials) sender {
	return func(tb testing.TB, host string, c onsmqtt.Credentials) sender {
		tb.Helper()
		client, err := onsmqtt.New("http://"+host, onstest.Instance, static(c), &onsmqtt.Options{Signature: signature})
		if err != nil {
			tb.Fatal(err)
		}
		tb.Cleanup(client.CloseIdleConnections)
		return func(topic, payload string) (string, error) {
			receipt, err := client.SendMessage(tb.Context(), topic, payload)
			return receipt.MsgID, err
		}
	}
}

func static(c onsmqtt.Credentials) onsmqtt.Provider {
	return func(context.Context) (onsmqtt.Credentials, error) { return c, nil }
}

func everyone() []official {
	all := []official{darabonba, alibabaCloudSDK}
	for _, signature := range []onsmqtt.Signature{"auto", "v3", "v3-form", "v1"} {
		all = append(all, official{"sendbridge " + string(signature), dialOurs(signature)})
	}
	return all
}

// Every client, with a permanent and with a temporary key, delivers every payload byte for byte.
func TestMessagesComeOutAsTheyWentIn(t *testing.T) {
	for _, client := range everyone() {
		for _, c := range []onsmqtt.Credentials{plainCredentials, stsCredentials} {
			t.Run(client.name+" "+c.AccessKeyID, func(t *testing.T) {
				host, h := serve(t, nil)
				send := client.dial(t, host, c)
				for name, payload := range withLongOnes(payloads) {
					h.ForgetMessages()
					msgID, err := send("TopicA/p2p/GID_x@@@dev1", payload)
					if err != nil {
						t.Fatalf("%s: %v", name, err)
					}
					got := h.Messages()
					if len(got) != 1 || got[0].Payload != payload || got[0].Topic != "TopicA/p2p/GID_x@@@dev1" || got[0].MsgID != msgID {
						t.Errorf("%s: MsgId %q; %d messages", name, msgID, len(got))
					}
				}
			})
		}
	}
}

// A wrong secret or token of any client is rejected.
func TestWrongSecretsAreRefused(t *testing.T) {
	for _, client := range everyone() {
		for code, c := range map[string]onsmqtt.Credentials{
			"SignatureDoesNotMatch":          {AccessKeyID: onstest.AccessKeyID, AccessKeySecret: "wrong"},
			"InvalidAccessKeyId.NotFound":    {AccessKeyID: "nobody", AccessKeySecret: "wrong"},
			"InvalidSecurityToken.Malformed": {AccessKeyID: onstest.STSKeyID, AccessKeySecret: onstest.STSKeySecret, SecurityToken: "wrong"},
		} {
			host, h := serve(t, nil)
			msgID, err := client.dial(t, host, c)("TopicA", "payload")
			if err == nil || msgID != "" || !strings.Contains(err.Error(), code) {
				t.Errorf("%s: MsgId %q, error %v; want %s", client.name, msgID, err, code)
			}
			if s := h.Stats(); s.Accepted != 0 || s.Published != 0 || s.Rejected[code] == 0 {
				t.Errorf("%s, %s: stats %+v", client.name, code, s)
			}
		}
	}
}

// With the gateway's URL limit, payloads that the SDKs cannot send are sent in the form.
func TestLongPayloadsNeedTheForm(t *testing.T) {
	for name, ok := range map[string]bool{"darabonba": false, "alibaba-cloud-sdk-go": false, "sendbridge v3": false,
		"sendbridge auto": true, "sendbridge v1": true, "sendbridge v3-form": true} {
		for _, client := range everyone() {
			if client.name != name {
				continue
			}
			host, h := serve(t, &onstest.Options{})
			_, err := client.dial(t, host, plainCredentials)("TopicA", strings.Repeat("x", 65536))
			if (err == nil) != ok || (h.Stats().Rejected["414"] > 0) == ok {
				t.Errorf("%s: %v, stats %+v", name, err, h.Stats())
			}
		}
	}
}
