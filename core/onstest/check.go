// The limits of topics and payloads: https://help.aliyun.com/document_detail/63620.html

package onstest

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	minTopic   = 3
	maxTopic   = 64 // also the most characters of a client ID, the last level of a P2P topic
	maxPayload = 64 << 10
)

// check looks at what the call asks for.
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
		return refuse("ParameterCheckFailed").because("the payload must be of 1 to 65536 bytes")
	}
	parent, _, _ := strings.Cut(topic, "/")
	if len(h.topics) > 0 && !h.topics[strings.ToLower(parent)] {
		return refuse("PermissionCheckFailed")
	}
	return nil
}

// topicFault says what is wrong with a topic, if anything is. A topic to one device may be longer than the limit,
// since its client ID alone may be 64 characters.
func topicFault(topic string) string {
	parent, rest, _ := strings.Cut(topic, "/")
	device, p2p := strings.CutPrefix(rest, "p2p/")
	length := utf8.RuneCountInString(topic)
	switch {
	case !utf8.ValidString(topic) || strings.ContainsFunc(topic, unicode.IsControl):
		return "the topic must be UTF-8 text without control characters"
	case length < minTopic || length > maxTopic && !p2p:
		return "the topic must be of 3 to 64 characters"
	case p2p && !IsClientID(device):
		return "the client ID in the topic must be GroupID@@@DeviceID, of at most 64 characters"
	case parent == "" || strings.Trim(parent, parentCharacters) != "":
		return "the parent topic must be of 0-9, A-Z, a-z, - and _"
	case strings.ContainsAny(rest, "+#"):
		return "the topic must have no wildcards"
	}
	return ""
}

// IsClientID says whether a device may have this client ID: the ID of its group, "@@@" and its own, 64 characters at most,
// all of them printable. https://help.aliyun.com/document_detail/175254.html
func IsClientID(id string) bool {
	group, device, ok := strings.Cut(id, "@@@")
	printable := utf8.ValidString(id) && !strings.ContainsFunc(id, func(r rune) bool { return !unicode.IsPrint(r) })
	return ok && group != "" && device != "" && printable && utf8.RuneCountInString(id) <= maxTopic
}

const parentCharacters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_"
