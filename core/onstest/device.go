// How devices authenticate to the broker by signature:
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

// CheckDevice returns an error if the product would reject a device's CONNECT. The client ID must be
// GroupID@@@DeviceID, the user Signature|AccessKeyId|InstanceId, and the password the base64 of HMAC-SHA1 of the client
// ID with the key's secret. Of the product's three modes, this is the one that needs no registration. The error never
// shows the password.
func (h *Handler) CheckDevice(clientID, user, password string) error {
	if !IsClientID(clientID) {
		return fmt.Errorf("client id %s: want %s", quoted(clientID), clientIDForm)
	}
	parts := strings.Split(user, "|")
	if len(parts) != 3 || parts[0] != "Signature" {
		return fmt.Errorf("user %s: want Signature|AccessKeyId|InstanceId; the modes Token and DeviceCredential are not emulated", quoted(user))
	}
	if !h.instances[parts[2]] {
		return fmt.Errorf("user %s: the instance does not exist", quoted(user))
	}
	h.mu.Lock()
	key, known := h.keys[parts[1]]
	h.mu.Unlock()
	if !known || key.Status != Active || key.Token != "" {
		return fmt.Errorf("user %s: the AccessKeyId does not belong to a user of the account, or is disabled", quoted(user))
	}
	if !hmac.Equal([]byte(DevicePassword(clientID, key.Secret)), []byte(password)) {
		return errors.New("password: want base64 of HMAC-SHA1 of the client id with the AccessKey's secret")
	}
	return nil
}

// DevicePassword returns the password of a device: base64 of HMAC-SHA1 of its client ID with the secret.
func DevicePassword(clientID, secret string) string {
	mac := hmac.New(sha1.New, []byte(secret))
	mac.Write([]byte(clientID))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
