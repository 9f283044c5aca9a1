// Package credential gets the credentials with which package onsmqtt signs calls, keeps them fresh, and explains what is
// wrong with them. It knows every kind that Sendbridge supports: keys and tokens of the environment, Alibaba Cloud's STS,
// roles of ECS, what Function Compute passes with each invocation, and AWS's STS for functions that hold no key at all.
//
// The mains open one Source from the environment and give its method Credentials to the client:
//
//	source, err := credential.Open("auto", environ, nil)
//	if err != nil {
//		return err // it holds a *Setting for each variable that is missing or wrong
//	}
//	client, err := onsmqtt.New(endpoint, instance, source.Credentials, nil)
//
// A Source has no background loop: every step is taken by a call, so that it works in a process that is frozen between
// invocations. One fetch at a time serves all callers; most calls return the current triple from memory.
// When the API refuses a triple, the retry calls Refresh. When a message fails nevertheless, Explain adds to the error what
// is known about the credentials.
//
// What needs files, profiles or a metadata service is fetched through github.com/aliyun/credentials-go. That library has
// data races, blocks without a limit, keeps to a wrong link of its chain, panics, and shows secrets in errors; a Source
// protects its callers from all of these. The calls to STS are made here, because then it is known when a triple ends, and
// who refused it with which code.
//
// The package knows nothing of events, rules or messages.
package credential
