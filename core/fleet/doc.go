// Package fleet shares the quota of calls among the processes of a fleet through Redis, Valkey or Tair. No process depends
// on Redis: while it is unavailable, slow or faulty, each process works on its own.
//
// All keys begin with sendbridge:{scope}:, whose braces keep them in one slot of a cluster, so that one script may have
// several. One node is enough for a scope: the API takes 1000 calls a second from an account, and a message costs two short
// scripts. A scope that depends on one node only is also healthy or not as a whole. Times are by the clock of the Redis
// server: the clocks of processes differ.
package fleet
