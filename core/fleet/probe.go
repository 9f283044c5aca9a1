package fleet

import (
	"context"
	"regexp"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"sendbridge/core/send"
)

// A Probe is the result of a check of Redis.
type Probe struct {
	Version   string        // such as "redis 7.0.15"; empty if unknown
	Answers   time.Duration // duration of a script with the network's round trip, the fastest of three
	Skew      time.Duration // how far this machine's clock is ahead of the server's
	Processes int           // processes that asked for places within the last minute
}

// Patience is how long a message waits for an answer. A slower Redis is useless.
const Patience = patience

// Refused is the error of a server that answers with an error. It is the server's text, which begins with a code.
type Refused string

func (r Refused) Error() string { return "redis answers: " + string(r) }

// Code returns the first word, such as WRONGPASS.
func (r Refused) Code() string {
	code, _, _ := strings.Cut(string(r), " ")
	return code
}

// Limits returns the limits of this process.
func (q *Quota) Limits() Limits { return q.limits }

// Probe checks whether Redis can be reached and can run the quota's script, as long as ctx lasts. It does not change
// whether Redis counts as unavailable. The error is Refused, or the network's. It contains no password.
func (q *Quota) Probe(ctx context.Context) (Probe, error) {
	p, err := q.probe(ctx)
	if answer, ok := rueidis.IsRedisErr(err); ok {
		return p, Refused(answer.Error())
	}
	return p, err
}

func (q *Quota) probe(ctx context.Context) (Probe, error) {
	var p Probe
	client, err := q.fleet.link.client(ctx)
	if err != nil {
		return p, err
	}
	if err := q.script.Exec(ctx, client, q.keys, q.args(send.Ask{})).Error(); err != nil {
		return p, err
	}
	look := rueidis.NewLuaScript(`local t = redis.call('TIME')
return {t[1] * 1000000 + t[2], redis.call('ZCOUNT', KEYS[1], t[1] * 1000000 + t[2] - 60000000, '+inf')}`)
	for range 3 {
		began := time.Now()
		n, err := look.Exec(ctx, client, []string{q.keys[2]}, nil).AsIntSlice()
		if err != nil {
			return p, err
		}
		if took := time.Since(began); p.Answers == 0 || took < p.Answers {
			p.Answers, p.Processes = max(took, 1), int(n[1])
			p.Skew = began.Add(took / 2).Sub(time.UnixMicro(n[0]))
		}
	}
	if info, err := client.Do(ctx, client.B().Info().Section("server").Build()).ToString(); err == nil {
		p.Version = versionIn(info)
	}
	return p, nil
}

var (
	otherVersion = regexp.MustCompile(`(?m)^(valkey|dragonfly|tair)_version:(\S+)`)
	redisVersion = regexp.MustCompile(`(?m)^(redis)_version:(\S+)`)
)

// versionIn returns the version in an answer of INFO. Compatible servers report a version of Redis, too.
func versionIn(info string) string {
	for _, pattern := range []*regexp.Regexp{otherVersion, redisVersion} {
		if m := pattern.FindStringSubmatch(info); m != nil {
			return m[1] + " " + m[2]
		}
	}
	return ""
}
