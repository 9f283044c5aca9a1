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

// A reply is what the API answers in either format.
type reply struct {
	RequestID          string  `json:"RequestId" xml:"RequestId"`
	MsgID              string  `json:"MsgId,omitempty" xml:"MsgId,omitempty"`
	HostID             string  `json:"HostId,omitempty" xml:"HostId,omitempty"`
	Code               string  `json:"Code,omitempty" xml:"Code,omitempty"`
	Message            string  `json:"Message,omitempty" xml:"Message,omitempty"`
	AccessDeniedDetail *denial `json:"AccessDeniedDetail,omitempty" xml:"AccessDeniedDetail,omitempty"`
}

// A denial is RAM's account of a missing permission.
type denial struct{ AuthAction, AuthPrincipalType, NoPermissionType, PolicyType string }

// answer counts a call and answers it: with the MsgId, or with the refusal if there is one.
func (h *Handler) answer(w http.ResponseWriter, c *call, msgID string, bad *refusal) {
	h.count(bad)
	if bad != nil {
		h.turnDown(w, c, bad)
		return
	}
	h.write(w, c, http.StatusOK, action+"Response", reply{RequestID: h.newRequestID(), MsgID: msgID})
}

// turnDown answers with a refusal.
func (h *Handler) turnDown(w http.ResponseWriter, c *call, bad *refusal) {
	header := w.Header()
	if bad.retryAfter > 0 {
		header.Set("X-Acs-Retry-After", strconv.FormatInt(bad.retryAfter.Milliseconds(), 10))
	}
	switch bad.page {
	case "":
		b := reply{RequestID: h.newRequestID(), HostID: c.Host, Code: bad.code, Message: bad.message}
		switch bad.code {
		case "Forbidden", "Forbidden.RAM", "ImplicitDeny", "NoPermission":
			b.AccessDeniedDetail = &denial{bad.denied, "SubUser", "ImplicitDeny", "AccountLevelIdentityBasedPolicy"}
		}
		h.write(w, c, bad.status, "Error", b)
	case noBody:
		h.date(w)
		w.WriteHeader(bad.status)
	default:
		h.date(w)
		header.Set("Content-Type", "text/html")
		w.WriteHeader(bad.status)
		_, _ = io.WriteString(w, bad.page)
	}
}

func (h *Handler) date(w http.ResponseWriter) {
	w.Header().Set("Date", h.now().UTC().Format(http.TimeFormat))
}

// write sends a body of the API in the format that the call asks for; root is its name in XML. A client that has gone is
// not an error here.
func (h *Handler) write(w http.ResponseWriter, c *call, status int, root string, body any) {
	h.date(w)
	if c.json {
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		w.WriteHeader(status)
		_ = newJSONEncoder(w).Encode(body)
		return
	}
	w.Header().Set("Content-Type", "text/xml;charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, xml.Header)
	_ = xml.NewEncoder(w).EncodeElement(body, xml.StartElement{Name: xml.Name{Local: root}})
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
