package onsmqtt

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"html"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sendbridge/core/fault"
)

// maxAnswer limits how much of an answer is read, after decompression. Real answers have a few hundred bytes.
const maxAnswer = 64 << 10

// An answer is an answer in JSON or XML, with names in either case.
type answer struct {
	RequestID, MsgID   string
	Code, Message      string
	AccessDeniedDetail struct{ AuthAction, NoPermissionType string }
}

// readAnswer reads an answer, into room if that is large enough.
func readAnswer(resp *http.Response, room []byte) ([]byte, error) {
	var body io.Reader = resp.Body
	if n := resp.ContentLength; 0 < n && n <= maxAnswer && resp.Header["Content-Encoding"] == nil {
		exact := room[:0]
		if int64(cap(exact)) < n {
			exact = make([]byte, n)
		}
		exact = exact[:n]
		_, err := io.ReadFull(body, exact)
		return exact, err
	}
	if strings.EqualFold(resp.Header.Get("Content-Encoding"), "gzip") { // not requested, so net/http has not decoded it
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			return nil, err
		}
		body = unzipped
	}
	return io.ReadAll(io.LimitReader(body, maxAnswer))
}

// decode returns the receipt of an answer, or an error if the answer is not 200 with a MsgId.
func decode(resp *http.Response, body []byte, now func() time.Time, hide secrets) (Receipt, error) {
	a, ok := parse(body)
	if resp.StatusCode == http.StatusOK && strings.TrimSpace(a.MsgID) != "" {
		return Receipt{MsgID: a.MsgID, RequestID: a.RequestID}, nil
	}
	e := &Error{
		Code:       cmp.Or(hide.word(a.Code), codeOfStatus(resp.StatusCode)),
		Status:     resp.StatusCode,
		RequestID:  cmp.Or(hide.word(a.RequestID), hide.word(resp.Header.Get("X-Acs-Request-Id"))),
		retryAfter: retryAfter(resp.Header),
	}
	if !ok {
		a.Message = excerpt(body)
	}
	e.Message = hide.clean(cmp.Or(a.Message, http.StatusText(e.Status)))
	if e.Code == codeNoMsgID {
		e.Message = strings.TrimSuffix("the answer has no MsgId: "+hide.clean(a.Message), ": ")
	}
	if denied := hide.word(a.AccessDeniedDetail.AuthAction); denied != "" {
		e.Message += " (denied: " + strings.TrimSpace(denied+" "+hide.word(a.AccessDeniedDetail.NoPermissionType)) + ")"
	}
	if find(e.Code).Class == fault.ClassClock {
		e.Message += skew(resp.Header, now())
	}
	return Receipt{}, e
}

func codeOfStatus(status int) string {
	if status == http.StatusOK {
		return codeNoMsgID
	}
	return "HTTP" + strconv.Itoa(status)
}

// parse detects the format from the content, because gateways mislabel it. ok is false, and the answer empty, for an answer
// that was cut off or is neither JSON nor XML.
func parse(body []byte) (a answer, ok bool) {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\ufeff")))
	switch {
	case bytes.HasPrefix(body, []byte("{")):
		a, ok = parseJSON(body)
	case bytes.HasPrefix(body, []byte("<")):
		a, ok = parseXML(body)
	}
	if !ok {
		return answer{}, false
	}
	return a, true
}

// excerpt returns a readable part of an answer that is neither JSON nor XML: a page's title, or its text.
func excerpt(body []byte) string {
	text := html.UnescapeString(string(body))
	_, title, ok := cutFold(text, "<title>")
	if !ok {
		return text
	}
	title, _, _ = cutFold(title, "</title>")
	return title
}

func cutFold(text, sep string) (before, after string, found bool) {
	i := strings.Index(lowerASCII(text), sep)
	if i < 0 {
		return text, "", false
	}
	return text[:i], text[i+len(sep):], true
}
