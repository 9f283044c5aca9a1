package fleet

import (
	"context"
	"crypto/rand"
	_ "embed"
	"strconv"
	"time"

	"github.com/redis/rueidis"

	"sendbridge/core/send"
)

//go:embed quota.lua
var quotaScript string

// Limits are limits in calls a second, which no one-second window exceeds.
type Limits struct {
	Account int    // for all processes of the fleet together
	Address int    // for the processes behind one address
	Name    string // name of that address, the same for all processes behind it; empty means that this process has its own address
}

// A Quota requests places for this process in the fleet's quota, and reports what the process has learned from the API.
type Quota struct {
	fleet   *Fleet
	script  *rueidis.Lua
	keys    []string
	process string
	limits  Limits
}

// A place may be used during its bin, and this long after it. The script relies on both.
const (
	binTime   = 4 * time.Millisecond
	lateness  = 8 * time.Millisecond
	placeTime = binTime + lateness
)

// Quota returns the quota of a fleet with these limits, which must be at least 1.
func (f *Fleet) Quota(l Limits) *Quota {
	q := &Quota{fleet: f, script: rueidis.NewLuaScript(quotaScript), process: rand.Text(), limits: l}
	address := f.key("quota:process:" + q.process)
	if l.Name != "" {
		address = f.key("quota:address:" + l.Name)
	}
	q.keys = []string{f.key("quota:account"), address, f.key("quota:processes")}
	if l.Name != "" {
		q.keys = append(q.keys, address+":processes")
	}
	return q
}

// Lease requests places and reports what this process has learned. The error is ErrUnavailable.
func (q *Quota) Lease(ctx context.Context, a send.Ask) (send.Lease, error) {
	m, err := q.fleet.run(ctx, q.script, q.keys, q.args(a))
	if err != nil {
		return send.Lease{}, err
	}
	n, err := m.AsIntSlice()
	if err != nil || len(n) < 8 {
		return send.Lease{}, ErrUnavailable
	}
	l := send.Lease{
		Blocked:     n[0] == 1,
		Wait:        time.Duration(n[1]) * time.Microsecond,
		AccountRate: float64(n[2]) / 1000,
		AddressRate: float64(n[3]) / 1000,
		Processes:   int(n[4]),
		Neighbours:  int(n[5]),
		Born:        n[6],
		Trying:      n[7] == 1,
	}
	for _, offset := range n[8:] {
		from := time.Duration(offset) * time.Microsecond
		l.Places = append(l.Places, send.Place{From: from, Until: from + placeTime})
	}
	return l, nil
}

// args returns the script's arguments.
func (q *Quota) args(a send.Ask) []string {
	return []string{q.process, strconv.Itoa(a.Want), strconv.Itoa(a.Ahead), micros(a.Latest), micros(a.Lead), string(a.Learned),
		strconv.Itoa(q.limits.Account), strconv.Itoa(q.limits.Address)}
}

// micros formats a time for the script, which supports at most one day.
func micros(d time.Duration) string {
	return strconv.FormatInt(min(d, 24*time.Hour).Microseconds(), 10)
}
