package onstest

import (
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// A reply is what the API answers in either format; in XML its root element says whether it is an error.
type reply struct {
	XMLName            xml.Name `json:"-"`
	RequestID          string   `json:"RequestId" xml:"RequestId"`
	MsgID              string   `json:"MsgId,omitempty" xml:"MsgId,omitempty"`
	HostID             string   `json:"HostId,omitempty" xml:"HostId,omitempty"`
	Code               string   `json:"Code,omitempty" xml:"Code,omitempty"`
	Message            string   `json:"Message,omitempty" xml:"Message,omitempty"`
	AccessDeniedDetail *denial  `json:"AccessDeniedDetail,omitempty" xml:"AccessDeniedDetail,omitempty"`
}

// A denial is RAM's account of a missing permission.
type denial struct{ AuthAction, AuthPrincipalType, NoPermissionType, PolicyType string }

// answer counts a call and answers it: with the MsgId, or with the refusal if there is one.
func (h *Handler) answer(w http.ResponseWriter, c *call, msgID string, bad *refusal) {
	h.count(bad)
	header := w.Header()
	header.Set("Date", h.now().UTC().Format(http.TimeFormat))
	if bad == nil {
		h.write(w, c, http.StatusOK, reply{XMLName: xml.Name{Local: action + "Response"}, RequestID: h.newRequestID(), MsgID: msgID})
		return
	}
	if bad.retryAfter > 0 {
		header.Set("X-Acs-Retry-After", strconv.FormatInt(bad.retryAfter.Milliseconds(), 10))
	}
	switch bad.page {
	case "":
		b := reply{XMLName: xml.Name{Local: "Error"}, RequestID: h.newRequestID(), HostID: c.Host, Code: bad.code, Message: bad.message}
		switch bad.code {
		case "Forbidden", "Forbidden.RAM", "ImplicitDeny", "NoPermission":
			b.AccessDeniedDetail = &denial{"mq:SendMessage", "SubUser", "ImplicitDeny", "AccountLevelIdentityBasedPolicy"}
		}
		h.write(w, c, bad.status, b)
	case noBody:
		w.WriteHeader(bad.status)
	default:
		header.Set("Content-Type", "text/html")
		w.WriteHeader(bad.status)
		_, _ = io.WriteString(w, bad.page)
	}
}

// write sends a body of the API in the format that the call asks for. A client that has gone is not an error here.
func (h *Handler) write(w http.ResponseWriter, c *call, status int, b reply) {
	if c.json {
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		w.WriteHeader(status)
		_ = newJSONEncoder(w).Encode(b)
		return
	}
	w.Header().Set("Content-Type", "text/xml;charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, xml.Header)
	_ = xml.NewEncoder(w).Encode(b)
}

// newJSONEncoder keeps <, > and & legible, as the API does.
func newJSONEncoder(w io.Writer) *json.Encoder {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	return e
}

func (h *Handler) newMsgID() string {
	var id [16]byte
	_, _ = io.ReadFull(h.random, id[:])
	return strings.ToUpper(hex.EncodeToString(id[:]))
}

// newRequestID returns an ID in the form of a UUID.
func (h *Handler) newRequestID() string {
	s := h.newMsgID()
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
