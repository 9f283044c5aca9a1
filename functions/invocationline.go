package functions

import (
	"cmp"
	"slices"
	"time"

	"sendbridge/adapters/webhook"
	"sendbridge/core/bridge"
)

// An invocationLine has the members of a log line and the numbers of an invocation.
type invocationLine struct {
	AWS        *metadata `json:"_aws,omitempty"`
	Time       time.Time `json:"time"`
	Level      string    `json:"level"`
	Msg        string    `json:"msg"`
	Function   string    `json:"function,omitempty"`
	Invocation string    `json:"invocation,omitempty"`

	Received     int      `json:"received"`
	Sent         int      `json:"sent"`
	Duplicate    int      `json:"duplicate"`
	Dropped      int      `json:"dropped"`
	DeadLettered int      `json:"deadLettered"`
	Refused      int      `json:"refused"`
	Failed       int      `json:"failed"`
	Attempts     int      `json:"attempts"`
	EventMs      *float64 `json:"eventMs,omitempty"` // the mean; nil without events
	WaitMs       float64  `json:"limiterWaitMs"`     // total of all calls
	Rate         *float64 `json:"limiterRate,omitempty"`
	Breaker      string   `json:"breaker,omitempty"`

	Errors   []kindCount    `json:"errors,omitempty"`
	Messages []kindCount    `json:"messages,omitempty"`
	Requests []requestCount `json:"requests,omitempty"` // HTTP requests that were rejected before delivery
}

type requestCount struct {
	Way    string `json:"way"`
	Status int    `json:"status"`
	Reason string `json:"reason"`
	Count  int    `json:"count"`
}

type kindCount struct {
	Rule    string `json:"rule,omitempty"`
	Outcome string `json:"outcome,omitempty"`
	Class   string `json:"class,omitempty"`
	Code    string `json:"code,omitempty"`
	Count   int    `json:"count"`
}

func errorKinds(counts map[bridge.ErrorKind]int) []kindCount {
	list := make([]kindCount, 0, len(counts))
	for k, n := range counts {
		list = append(list, kindCount{Class: k.Class, Code: k.Code, Count: n})
	}
	return inOrder(list)
}

func messageKinds(counts map[bridge.MessageKind]int) []kindCount {
	list := make([]kindCount, 0, len(counts))
	for k, n := range counts {
		list = append(list, kindCount{k.Rule, k.Outcome.String(), k.Class, k.Code, n})
	}
	return inOrder(list)
}

func inOrder(list []kindCount) []kindCount {
	slices.SortFunc(list, func(a, b kindCount) int {
		return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Outcome, b.Outcome), cmp.Compare(a.Class, b.Class), cmp.Compare(a.Code, b.Code))
	})
	return list
}

// refusals returns the requests that were rejected since an earlier snapshot.
func refusals(now, earlier map[webhook.Request]int) []requestCount {
	var list []requestCount
	for k, n := range now {
		if n -= earlier[k]; n > 0 && k.Reason != "" {
			list = append(list, requestCount{k.Way, k.Status, k.Reason, n})
		}
	}
	slices.SortFunc(list, func(a, b requestCount) int {
		return cmp.Or(cmp.Compare(a.Way, b.Way), cmp.Compare(a.Status, b.Status), cmp.Compare(a.Reason, b.Reason))
	})
	return list
}
