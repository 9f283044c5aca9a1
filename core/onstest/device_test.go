package onstest

import (
	"strings"
	"testing"
)

func TestDevicesLogInBySignature(t *testing.T) {
	const id, user, password = "GID_Test@@@0001", "Signature|emulator|post-cn-emulator", "eQKWvxj/g1bCZ3Xcn2pd6HfA9VI="
	h := still(Options{Keys: []Key{{ID: "disabled", Secret: AccessKeySecret, Status: Disabled}}})
	if err := h.CheckDevice(id, user, password); err != nil {
		t.Errorf("refused: %v", err)
	}
	for name, test := range map[string]struct{ id, user, password, want string }{
		"no client id":         {"", user, password, "client id"},
		"a device alone":       {"0001", user, password, "client id"},
		"no group":             {"@@@0001", user, password, "client id"},
		"no device":            {"GID_Test@@@", user, password, "client id"},
		"65 characters":        {"GID_Test@@@" + strings.Repeat("d", 54), user, password, "client id"},
		"group in Chinese":     {"主题@@@d", user, DevicePassword("主题@@@d", AccessKeySecret), "client id"},
		"space in the group":   {"GID x@@@d", user, DevicePassword("GID x@@@d", AccessKeySecret), "client id"},
		"slash in the group":   {"GID/x@@@d", user, DevicePassword("GID/x@@@d", AccessKeySecret), "client id"},
		"not printable":        {"GID_Test@@@\x01", user, password, "client id"},
		"another client's":     {"GID_Test@@@0002", user, password, "password"},
		"no password":          {id, user, "", "password"},
		"the secret itself":    {id, user, AccessKeySecret, "password"},
		"no user":              {id, "", password, "user"},
		"another mode":         {id, "Token|emulator|post-cn-emulator", "R|x", "user"},
		"mode in small case":   {id, "signature|emulator|post-cn-emulator", password, "user"},
		"no instance":          {id, "Signature|emulator", password, "user"},
		"another instance":     {id, "Signature|emulator|post-cn-other", password, "instance"},
		"unknown key":          {id, "Signature|nobody|post-cn-emulator", password, "AccessKeyId"},
		"disabled key":         {id, "Signature|disabled|post-cn-emulator", password, "AccessKeyId"},
		"a role's key":         {id, "Signature|STS.emulator|post-cn-emulator", DevicePassword(id, STSKeySecret), "AccessKeyId"},
		"four parts of a user": {id, user + "|x", password, "user"},
	} {
		err := h.CheckDevice(test.id, test.user, test.password)
		if err == nil || !strings.Contains(err.Error(), test.want) || test.password != "" && strings.Contains(err.Error(), test.password) {
			t.Errorf("%s: %v, want %q in it and no password", name, err, test.want)
		}
	}
}
