package onstest

import (
	"encoding/hex"
	"encoding/json"
	"encoding/xml"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// A reply is an answer of the API, in either format.
type reply struct {
	RequestID          string  `json:"RequestId" xml:"RequestId"`
	MsgID              string  `json:"MsgId,omitempty" xml:"MsgId,omitempty"`
	HostID             string  `json:"HostId,omitempty" xml:"HostId,omitempty"`
	Code               string  `json:"Code,omitempty" xml:"Code,omitempty"`
	Message            string  `json:"Message,omitempty" xml:"Message,omitempty"`
	Recommend          cdata   `json:"Recommend,omitempty" xml:"Recommend,omitempty"`
	AccessDeniedDetail *denial `json:"AccessDeniedDetail,omitempty" xml:"AccessDeniedDetail,omitempty"`
}

// A cdata is text that XML encodes as a CDATA section.
type cdata string

func (c cdata) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	return e.EncodeElement(struct {
		Text string `xml:",cdata"`
	}{string(c)}, start)
}

// troubleshoot returns the URL of Alibaba Cloud's page about a code.
func troubleshoot(c *call, code, requestID string) cdata {
	product := "OnsMqtt"
	if operationsOfSTS[c.action] != nil {
		product = "Sts"
	}
	return cdata("https://api.aliyun.com/troubleshoot?q=" + url.QueryEscape(code) + "&product=" + product + "&requestId=" + requestID)
}

// answer counts a call and answers it with the MsgId, or with the refusal if there is one.
func (h *Handler) answer(w http.ResponseWriter, c *call, msgID string, bad *refusal) {
	h.count(bad)
	if bad != nil {
		h.turnDown(w, c, bad)
		return
	}
	id := h.newRequestID()
	h.write(w, c, http.StatusOK, id, action+"Response", reply{RequestID: id, MsgID: msgID})
}

// turnDown answers with a refusal.
func (h *Handler) turnDown(w http.ResponseWriter, c *call, bad *refusal) {
	header := w.Header()
	if bad.retryAfter > 0 {
		header.Set("X-Acs-Retry-After", strconv.FormatInt(bad.retryAfter.Milliseconds(), 10))
	}
	switch bad.page {
	case "":
		id := h.newRequestID()
		b := reply{RequestID: id, HostID: c.Host, Code: bad.code, Message: bad.message, Recommend: troubleshoot(c, bad.code, id)}
		switch bad.code {
		case "Forbidden", "Forbidden.RAM", "ImplicitDeny", "NoPermission":
			b.AccessDeniedDetail = h.denialOf(c, bad, id)
		}
		h.write(w, c, bad.status, id, "Error", b)
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

// write sends a body of the API in the format that the call asks for. requestID is the one in the body, and root is the
// body's name in XML. It ignores write errors, which mean that the client has disconnected.
func (h *Handler) write(w http.ResponseWriter, c *call, status int, requestID, root string, body any) {
	h.date(w)
	w.Header().Set("X-Acs-Request-Id", requestID)
	if c.json {
		w.Header().Set("Content-Type", "application/json;charset=utf-8")
		w.WriteHeader(status)
		_ = newJSONEncoder(w).Encode(body)
		return
	}
	w.Header().Set("Content-Type", "application/xml;charset=utf-8")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, xml.Header)
	_ = xml.NewEncoder(w).EncodeElement(body, xml.StartElement{Name: xml.Name{Local: root}})
}

// newJSONEncoder does not escape <, > and &, like the API.
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

// newRequestID returns an id in the form of a UUID.
func (h *Handler) newRequestID() string {
	s := h.newMsgID()
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}
