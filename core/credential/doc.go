// Package credential fetches the credentials with which package onsmqtt signs calls, renews them in time, and explains what
// is wrong with them. It supports every kind of Sendbridge: keys and tokens of the environment, Alibaba Cloud's STS, roles
// of ECS, the credentials that Function Compute passes with each invocation, and AWS's STS for functions without a stored
// key.
//
// The mains open one Source from the environment and pass its method Credentials to the client:
//
//	source, err := credential.Open("auto", environ, nil)
//	if err != nil {
//		return err // it wraps a *Setting for each variable that is missing or wrong
//	}
//	client, err := onsmqtt.New(endpoint, instance, source.Credentials, nil)
//
// A Source has no background loop. Every step happens during a call, so it works in a process that is frozen between
// invocations. One fetch at a time serves all callers; most calls return the current credentials from memory. If the API
// rejects them, the retry calls Refresh. If a message fails anyway, Explain adds what is known about the credentials to the
// error.
//
// Credentials from files, profiles and metadata services are fetched with github.com/aliyun/credentials-go. That library
// has data races, blocks without a limit, stays on a wrong link of its chain, panics, and shows secrets in errors. A Source
// protects its callers from all of these. This package itself calls STS, because then it knows when credentials expire, and
// who rejected them with which code.
//
// The package does not know events, rules or messages.
package credential
