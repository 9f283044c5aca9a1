// The limits of topics and payloads: https://help.aliyun.com/document_detail/63620.html

package onstest

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	minTopic   = 3
	maxTopic   = 64 // also the limit of a client ID, which is the last level of a P2P topic
	maxPayload = 64 << 10
)

// check checks the parameters of a call.
func (h *Handler) check(c *call) *refusal {
	for _, name := range []string{"InstanceId", "MqttTopic", "Payload"} {
		if _, ok := c.values[name]; !ok {
			return missing(pair{name: name})
		}
	}
	if !h.instances[c.values["InstanceId"]] {
		return refuse("InstancePermissionCheckFailed")
	}
	topic := c.values["MqttTopic"]
	if fault := topicFault(topic); fault != "" {
		return refuse("ParameterCheckFailed").because(fault)
	}
	if size := len(c.values["Payload"]); size == 0 || size > maxPayload {
		return refuse("ParameterCheckFailed").because("the payload must have 1 to 65536 bytes")
	}
	parent, _, _ := strings.Cut(topic, "/")
	if len(h.topics) > 0 && !h.topics[strings.ToLower(parent)] {
		return refuse("PermissionCheckFailed")
	}
	return nil
}

// topicFault returns what is wrong with a topic, or an empty string. A topic to one device may exceed the limit,
// because its client ID alone may have 64 characters. Its parent topic may not: it could not be created.
func topicFault(topic string) string {
	parent, rest, _ := strings.Cut(topic, "/")
	device, p2p := strings.CutPrefix(rest, "p2p/")
	length := utf8.RuneCountInString(topic)
	switch {
	case !utf8.ValidString(topic) || strings.ContainsFunc(topic, unicode.IsControl):
		return "the topic must be UTF-8 text without control characters"
	case length < minTopic || length > maxTopic && !p2p:
		return "the topic must have 3 to 64 characters"
	case p2p && !IsClientID(device):
		return "the client ID in the topic must be " + clientIDForm
	case parent == "" || strings.Trim(parent, nameCharacters) != "":
		return "the parent topic must consist of 0-9, A-Z, a-z, - and _"
	case len(parent) > maxTopic:
		return "the parent topic must have at most 64 characters"
	case strings.ContainsAny(rest, "+#"):
		return "the topic must not contain wildcards"
	}
	return ""
}

// IsClientID reports whether a device may have this client ID: the ID of its group, "@@@" and the ID of the device, at
// most 64 characters, all of them printable. The ID of a group consists of letters, digits, - and _. The product also wants
// it to begin with GID_ or GID- and to have at least 7 characters. That is not checked, because the groups of samples, such
// as GID_x, are shorter.
// https://help.aliyun.com/document_detail/175254.html
// https://www.alibabacloud.com/help/en/message-queue-for-mqtt/latest/manage-groups
func IsClientID(id string) bool {
	group, device, ok := strings.Cut(id, "@@@")
	printable := utf8.ValidString(id) && !strings.ContainsFunc(id, func(r rune) bool { return !unicode.IsPrint(r) })
	return ok && group != "" && strings.Trim(group, nameCharacters) == "" && device != "" && printable && utf8.RuneCountInString(id) <= maxTopic
}

// clientIDForm completes a refusal of a client ID.
const clientIDForm = "GroupID@@@DeviceID, of at most 64 characters, with 0-9, A-Z, a-z, - and _ in GroupID"

// nameCharacters are those that the names of parent topics and groups may have.
const nameCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
