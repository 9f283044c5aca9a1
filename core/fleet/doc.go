// Package fleet shares the quota of calls and the dedup window among the processes of a fleet through Redis, Valkey or
// Tair. No process depends on Redis: while it is unavailable, slow or faulty, each process works on its own.
//
// All keys begin with sendbridge:{scope}:. The braces keep them in one slot of a cluster, so that one script may use
// several. One node is enough for a scope: the API accepts 1000 calls a second from an account, and a message costs two
// short scripts. A scope on one node is also healthy or not as a whole. Times are those of the Redis server's clock, because
// the clocks of processes differ.
package fleet
