package onsmqtt

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// parseXML parses <SendMessageResponse> or <Error>. ok is false for a document that was cut off and for an HTML page.
func parseXML(body []byte) (a answer, ok bool) {
	d := xml.NewDecoder(bytes.NewReader(body))
	var names [3]string // names from the root to the element; deeper elements are not needed
	depth := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return a, isAnswer(names[0])
		}
		if err != nil {
			return answer{}, false
		}
		switch t := token.(type) {
		case xml.StartElement:
			if depth < len(names) {
				names[depth] = strings.ToLower(t.Name.Local)
			}
			depth++
		case xml.EndElement:
			depth--
		case xml.CharData:
			switch depth {
			case 2:
				a.set(names[1], string(t))
			case 3:
				a.set(names[1]+"/"+names[2], string(t))
			}
		}
	}
}

func isAnswer(root string) bool { return root == "error" || strings.HasSuffix(root, "response") }

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
