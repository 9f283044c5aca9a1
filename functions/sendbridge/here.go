package main

import (
	"net/http"

	"sendbridge/adapters/webhook"
	"sendbridge/internal/loopback"
)

var errElsewhere = webhook.Refusal(http.StatusForbidden, "HostNotAllowed",
	"dev answers only to localhost and loopback addresses in the Host header; a tunnel must rewrite it")

// refuseElsewhere rejects requests whose Host header does not name this machine.
var refuseElsewhere = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { webhook.Refuse(w, errElsewhere) })

// here returns h for requests whose Host header names this machine. It rejects all others.
func here(h http.Handler) http.Handler {
	return loopback.Only(h, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, errElsewhere.Error(), http.StatusForbidden)
	}))
}
