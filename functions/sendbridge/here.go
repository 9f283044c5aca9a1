package main

import (
	"net/http"

	"sendbridge/adapters/webhook"
	"sendbridge/internal/loopback"
)

var errElsewhere = webhook.Refusal(http.StatusForbidden, "HostNotAllowed",
	"dev answers only to localhost and loopback addresses in the Host header; a tunnel must rewrite it")

// refuseElsewhere answers events that came by a name that is not this machine's own.
var refuseElsewhere = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { webhook.Refuse(w, errElsewhere) })

// here answers only to this machine's own names.
func here(h http.Handler) http.Handler {
	return loopback.Only(h, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, errElsewhere.Error(), http.StatusForbidden)
	}))
}
