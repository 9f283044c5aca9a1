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

// maxAnswer bounds what is read of an answer, after decompression. Real ones have a few hundred bytes.
const maxAnswer = 64 << 10

// An answer is what JSON and XML say, in either case of the names.
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
	if strings.EqualFold(resp.Header.Get("Content-Encoding"), "gzip") { // not asked for, so not undone by net/http
		unzipped, err := gzip.NewReader(body)
		if err != nil {
			return nil, err
		}
		body = unzipped
	}
	return io.ReadAll(io.LimitReader(body, maxAnswer))
}

// decode turns an answer into a receipt, or into an error when it is not 200 with a MsgId.
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

// parse goes by the content, since gateways mislabel it. What is cut short or is neither JSON nor XML is not ok, and
// gives an empty answer.
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

// excerpt is what an answer that is neither JSON nor XML tells a person: a page's title, or its text.
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
