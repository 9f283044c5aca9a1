// How devices log in to the broker by signature:
// https://www.alibabacloud.com/help/en/message-queue-for-mqtt/latest/mqtt-client-authentication-signature-authentication

package onstest

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// CheckDevice says what is wrong with how a device logs in to a broker, as the product sees it: the client ID is
// GroupID@@@DeviceID, the user Signature|AccessKeyId|InstanceId, the password base64 of HMAC-SHA1 of the client ID by
// the key's secret. Of the product's three modes this is the one that needs nothing to be registered first. Its error
// never shows the password.
func (h *Handler) CheckDevice(clientID, user, password string) error {
	if !IsClientID(clientID) {
		return fmt.Errorf("client id %s: want GroupID@@@DeviceID, of at most 64 characters", quoted(clientID))
	}
	parts := strings.Split(user, "|")
	if len(parts) != 3 || parts[0] != "Signature" {
		return fmt.Errorf("user %s: want Signature|AccessKeyId|InstanceId; modes Token and DeviceCredential are not emulated", quoted(user))
	}
	if !h.instances[parts[2]] {
		return fmt.Errorf("user %s: the instance does not exist", quoted(user))
	}
	h.mu.Lock()
	key, known := h.keys[parts[1]]
	h.mu.Unlock()
	if !known || key.Status != Active || key.Token != "" {
		return fmt.Errorf("user %s: the AccessKeyId is not one of a user of the account, or is disabled", quoted(user))
	}
	if !hmac.Equal([]byte(DevicePassword(clientID, key.Secret)), []byte(password)) {
		return errors.New("password: want base64 of HMAC-SHA1 of the client id, by the AccessKey's secret")
	}
	return nil
}

// DevicePassword is what a device logs in with by signature: base64 of HMAC-SHA1 of its client ID, by the secret.
func DevicePassword(clientID, secret string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(clientID))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
