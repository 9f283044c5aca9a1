package onsmqtt_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"

	"sendbridge/core/fault"
	"sendbridge/core/onsmqtt"
)

func Example() {
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Acs-Retry-After", "1500")
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"Code":"Throttling.User","Message":"Request was denied due to user flow control.","RequestId":"07AB"}`)
	}))
	defer api.Close()

	keys := func(context.Context) (onsmqtt.Credentials, error) {
		return onsmqtt.Credentials{AccessKeyID: "LTAI5tExampleKey000001", AccessKeySecret: "secret"}, nil
	}
	c, err := onsmqtt.New(api.URL, "post-cn-0pp12gl0001", keys, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer c.CloseIdleConnections()

	_, err = c.SendMessage(context.Background(), "firmware/m1", `{"version": 7}`)
	fmt.Println(err)
	var e *onsmqtt.Error
	if errors.As(err, &e) {
		fmt.Println(fault.Of(e).Class, "/", fault.Of(e).Retry, "/", fault.Of(e).RetryAfter)
		fmt.Println(fault.Of(e).Actor+":", fault.Of(e).Advice)
	}
	// Output:
	// sendmessage: Throttling.User: Request was denied due to user flow control. (status 400, request 07AB)
	// throttled / backoff / 1.5s
	// you: lower the rate: all processes together may make 1000 calls a second for an account and 300 for a source address
}
