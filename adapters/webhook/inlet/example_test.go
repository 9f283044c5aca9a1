package inlet_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"sendbridge/adapters/webhook"
	"sendbridge/adapters/webhook/inlet"
	"sendbridge/core"
	"sendbridge/core/rules"
)

// A rules file lets Alertmanager post to /in/alerts with a token, and defines the type and subject of its events.
func ExampleSection() {
	const file = `
inlets:
  alerts: {verify: bearer, secretEnv: ALERTS_TOKEN, type: com.example.alertmanager, subject: "${$.groupKey}"}
rules:
  - {topic: "alert/${$.subject}", payload: original}
`
	var specs []inlet.Spec
	if _, err := rules.Parse("sendbridge.yaml", []byte(file), inlet.Section(&specs)); err != nil {
		fmt.Println(err)
		return
	}
	alerts, err := inlet.New(specs[0], []string{"a-token"}, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	deliver := func(_ context.Context, records []core.Record) []core.Result {
		fmt.Println(records[0].Event.Type(), records[0].Event.Subject())
		return []core.Result{{Record: records[0], Deliveries: []core.Delivery{{Receipt: core.Receipt{MsgID: "M1"}}}}}
	}
	h := webhook.New(deliver, &webhook.Options{Inlets: []*inlet.Inlet{alerts}})
	r := httptest.NewRequest(http.MethodPost, alerts.Spec().Path(), strings.NewReader(`{"groupKey":"disk"}`))
	r.Header.Set("Authorization", "Bearer a-token")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Println(w.Code)
	// Output:
	// com.example.alertmanager disk
	// 204
}
