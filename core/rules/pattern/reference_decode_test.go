package pattern

import (
	"encoding/json"
	"errors"
	"io"
	"strings"
)

// refDecode decodes JSON and keeps the first of duplicate names, while encoding/json keeps the last.
func refDecode(text string) (any, error) {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	v, err := refNext(dec)
	if err != nil {
		return nil, err
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("more than one value")
	}
	return v, nil
}

func refNext(dec *json.Decoder) (any, error) {
	tok, err := dec.Token()
	if err != nil {
		return nil, err
	}
	switch tok {
	case json.Delim('['):
		list := []any{}
		for dec.More() {
			element, err := refNext(dec)
			if err != nil {
				return nil, err
			}
			list = append(list, element)
		}
		_, err = dec.Token()
		return list, err
	case json.Delim('{'):
		object := map[string]any{}
		for dec.More() {
			name, err := dec.Token()
			if err != nil {
				return nil, err
			}
			member, err := refNext(dec)
			if err != nil {
				return nil, err
			}
			if _, twice := object[name.(string)]; !twice {
				object[name.(string)] = member
			}
		}
		_, err = dec.Token()
		return object, err
	}
	return tok, nil
}
