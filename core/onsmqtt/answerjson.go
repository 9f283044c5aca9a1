package onsmqtt

import (
	"encoding/json"
	"errors"
	"strings"
)

// maxReceipt limits the memory that a receipt keeps alive: its ids are parts of one copy of the answer.
const maxReceipt = 256

// parseJSON accepts names in either case. Members of unexpected types stay empty.
func parseJSON(body []byte) (a answer, ok bool) {
	if a, ok = parseReceipt(body); ok {
		return a, true
	}
	return parseOther(body)
}

func parseOther(body []byte) (a answer, ok bool) {
	err := json.Unmarshal(body, &a)
	var mismatch *json.UnmarshalTypeError // one member has another type; the others were decoded
	return a, err == nil || errors.As(err, &mismatch)
}

// parseReceipt parses what nearly every answer is, an object of RequestId and MsgId without spaces or escapes, four times
// as fast as encoding/json. It leaves everything else to encoding/json.
func parseReceipt(body []byte) (a answer, ok bool) {
	if len(body) > maxReceipt {
		return answer{}, false
	}
	rest, ok := strings.CutPrefix(string(body), `{"`)
	for ok {
		var name, value string
		if name, rest, ok = strings.Cut(rest, `":"`); !ok {
			break
		}
		if value, rest, ok = strings.Cut(rest, `"`); !ok || !unescaped(value) {
			break
		}
		switch name {
		case "RequestId":
			a.RequestID = value
		case "MsgId":
			a.MsgID = value
		default:
			return answer{}, false
		}
		if rest == "}" {
			return a, true
		}
		rest, ok = strings.CutPrefix(rest, `,"`)
	}
	return answer{}, false
}

func unescaped(value string) bool {
	for _, c := range []byte(value) {
		if c < ' ' || c > '~' || c == '\\' {
			return false
		}
	}
	return true
}
