package onsmqtt

import (
	"bytes"
	"encoding/xml"
	"io"
	"strings"
)

// parseXML reads <SendMessageResponse> or <Error>. A document that is cut short, or a page of HTML, is not ok.
func parseXML(body []byte) (a answer, ok bool) {
	d := xml.NewDecoder(bytes.NewReader(body))
	var path []string
	for {
		token, err := d.Token()
		if err == io.EOF {
			return a, ok && len(path) == 0
		}
		if err != nil {
			return answer{}, false
		}
		switch t := token.(type) {
		case xml.StartElement:
			path = append(path, strings.ToLower(t.Name.Local))
			ok = ok || isAnswerRoot(path[0])
		case xml.EndElement:
			path = path[:len(path)-1]
		case xml.CharData:
			if len(path) > 1 {
				a.set(strings.Join(path[1:], "/"), string(t))
			}
		}
	}
}

func isAnswerRoot(name string) bool { return name == "error" || strings.HasSuffix(name, "response") }

func (a *answer) set(path, text string) {
	switch path {
	case "requestid":
		a.RequestID += text
	case "msgid":
		a.MsgID += text
	case "code":
		a.Code += text
	case "message":
		a.Message += text
	case "accessdenieddetail/authaction":
		a.AccessDeniedDetail.AuthAction += text
	case "accessdenieddetail/nopermissiontype":
		a.AccessDeniedDetail.NoPermissionType += text
	}
}
