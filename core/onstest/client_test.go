package onstest_test

import (
	"context"
	"errors"
	"net/http/httptest"
	"testing"

	"sendbridge/core/onsmqtt"
	"sendbridge/core/onstest"
)

// Every error code in the client's table can be injected as a fault, and the client reports it by its name.
func TestEveryCodeOfTheClientsTableIsAFault(t *testing.T) {
	h := onstest.New(nil)
	server := httptest.NewServer(h)
	defer server.Close()
	provider := func(context.Context) (onsmqtt.Credentials, error) { return keys[0], nil }
	client, err := onsmqtt.New(server.URL, onstest.Instance, provider, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer client.CloseIdleConnections()
	known := 0
	for _, row := range onsmqtt.Codes() {
		if row.Status == 0 || row.Name == "" { // errors that the client itself makes
			continue
		}
		known++
		code := row.Name
		if row.Prefix {
			code += "Anything"
		}
		if err := h.Fail(onstest.Fault{Code: code}); err != nil {
			t.Errorf("%s: %v", code, err)
			continue
		}
		_, err := client.SendMessage(t.Context(), "TopicA", "payload")
		var e *onsmqtt.Error
		if !errors.As(err, &e) || e.Code != code {
			t.Errorf("the client makes %v of %s", err, code)
		}
	}
	if known < 30 {
		t.Errorf("only %d codes compared", known)
	}
}
