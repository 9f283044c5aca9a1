package onstest

import (
	"errors"
	"strings"
	"testing"
)

func TestTopicsAndPayloads(t *testing.T) {
	h := func() *Handler { return still(Options{Topics: []string{"TopicA", "abc", strings.Repeat("A", 64)}}) }
	for name, test := range map[string]struct {
		param, value string
		code         string // empty: accepted
	}{
		"unknown instance":         {"InstanceId", "post-cn-other", "InstancePermissionCheckFailed"},
		"empty topic":              {"MqttTopic", "", "ParameterCheckFailed"},
		"2 characters":             {"MqttTopic", "ab", "ParameterCheckFailed"},
		"3 characters":             {"MqttTopic", "abc", ""},
		"64 characters":            {"MqttTopic", "TopicA/" + strings.Repeat("é", 57), ""},
		"65 characters":            {"MqttTopic", "TopicA/" + strings.Repeat("é", 58), "ParameterCheckFailed"},
		"P2P, client ID of 64":     {"MqttTopic", "TopicA/p2p/GID_x@@@" + strings.Repeat("d", 56), ""},
		"P2P, client ID of 65":     {"MqttTopic", "TopicA/p2p/GID_x@@@" + strings.Repeat("d", 57), "ParameterCheckFailed"},
		"P2P, parent of 64":        {"MqttTopic", strings.Repeat("A", 64) + "/p2p/GID_x@@@d", ""},
		"P2P, parent of 65":        {"MqttTopic", strings.Repeat("A", 65) + "/p2p/GID_x@@@d", "ParameterCheckFailed"},
		"P2P, parent of 200":       {"MqttTopic", strings.Repeat("A", 200) + "/p2p/GID_x@@@d", "ParameterCheckFailed"},
		"P2P, no client ID":        {"MqttTopic", "TopicA/p2p/", "ParameterCheckFailed"},
		"P2P, no group":            {"MqttTopic", "TopicA/p2p/@@@dev1", "ParameterCheckFailed"},
		"P2P, no device":           {"MqttTopic", "TopicA/p2p/GID_x@@@", "ParameterCheckFailed"},
		"P2P, a device alone":      {"MqttTopic", "TopicA/p2p/dev1", "ParameterCheckFailed"},
		"P2P, two at signs":        {"MqttTopic", "TopicA/p2p/GID_x@@dev1", "ParameterCheckFailed"},
		"P2P, group in Chinese":    {"MqttTopic", "TopicA/p2p/主题@@@d", "ParameterCheckFailed"},
		"P2P, space in group":      {"MqttTopic", "TopicA/p2p/GID x@@@d", "ParameterCheckFailed"},
		"P2P, slash in group":      {"MqttTopic", "TopicA/p2p/GID/x@@@d", "ParameterCheckFailed"},
		"P2P, at sign in group":    {"MqttTopic", "TopicA/p2p/GID@x@@@d", "ParameterCheckFailed"},
		"P2P, short group":         {"MqttTopic", "TopicA/p2p/g@@@d", ""},
		"P2P, all of a group":      {"MqttTopic", "TopicA/p2p/GID-a_Z09@@@设备 /@", ""},
		"P2P, wildcard parent":     {"MqttTopic", "+/p2p/GID_x@@@dev1", "ParameterCheckFailed"},
		"system topic":             {"MqttTopic", "$SYS/broker", "ParameterCheckFailed"},
		"p2p not second":           {"MqttTopic", "TopicA/x/p2p/" + strings.Repeat("d", 52), "ParameterCheckFailed"},
		"colon in parent":          {"MqttTopic", "Topic:A/x", "ParameterCheckFailed"},
		"no parent":                {"MqttTopic", "/sub", "ParameterCheckFailed"},
		"single-level wildcard":    {"MqttTopic", "TopicA/+/x", "ParameterCheckFailed"},
		"multi-level wildcard":     {"MqttTopic", "TopicA/#", "ParameterCheckFailed"},
		"wildcard after p2p":       {"MqttTopic", "TopicA/p2p/GID_x@@@#", "ParameterCheckFailed"},
		"control character":        {"MqttTopic", "TopicA/\x00", "ParameterCheckFailed"},
		"not UTF-8":                {"MqttTopic", "TopicA/\xff", "ParameterCheckFailed"},
		"parent in other case":     {"MqttTopic", "topica/x", ""},
		"parent not created":       {"MqttTopic", "TopicB/x", "PermissionCheckFailed"},
		"empty payload":            {"Payload", "", "ParameterCheckFailed"},
		"1 byte":                   {"Payload", "x", ""},
		"65536 bytes":              {"Payload", strings.Repeat("x", 65536), ""},
		"65537 bytes":              {"Payload", strings.Repeat("x", 65537), "ParameterCheckFailed"},
		"65536 bytes of three":     {"Payload", strings.Repeat("€", 21845) + "x", ""},
		"65538 bytes of three":     {"Payload", strings.Repeat("€", 21846), "ParameterCheckFailed"},
		"bytes that are not UTF-8": {"Payload", "\xff\x00 +%", ""},
	} {
		t.Run(name, func(t *testing.T) {
			d, h := newDraft(), h()
			d.inForm = true
			d.params.Set(test.param, test.value)
			if test.code != "" {
				refused(t, h, d.v1(), 400, test.code)
				return
			}
			accepted(t, h, d.v1())
			if got := h.Messages()[0]; got.Topic != d.params.Get("MqttTopic") || got.Payload != d.params.Get("Payload") {
				t.Errorf("message %q on %q", cut(got.Payload, 20), got.Topic)
			}
		})
	}
}

func TestMissingParameters(t *testing.T) {
	for _, name := range []string{"InstanceId", "MqttTopic", "Payload"} {
		d := newDraft()
		d.params.Del(name)
		if o := refused(t, still(Options{}), d.v3(), 400, "Missing"+name); o.reply.Message != name+" is mandatory for this action." {
			t.Errorf("message %q", o.reply.Message)
		}
	}
}

func TestEveryParentTopicExistsByDefault(t *testing.T) {
	d := newDraft()
	d.params.Set("MqttTopic", "Never-created_1")
	accepted(t, still(Options{}), d.v3())
}

func TestPublish(t *testing.T) {
	var topic, payload string
	var broken error
	h := still(Options{Publish: func(m Message) error {
		topic, payload = m.Topic, m.Payload
		return broken
	}})
	accepted(t, h, newDraft().v3())
	if topic != "TopicA/sub" || payload != "hello +/*~é" {
		t.Errorf("published %q on %q", payload, topic)
	}
	broken = errors.New("no broker")
	refused(t, h, newDraft().v3(), 500, "SendMessageFailed")
	if s := h.Stats(); s.Published != 1 || s.Accepted != 1 || s.Rejected["SendMessageFailed"] != 1 || len(h.Messages()) != 1 {
		t.Errorf("stats %+v", s)
	}
}
