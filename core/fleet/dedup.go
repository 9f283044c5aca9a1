package fleet

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"github.com/redis/rueidis"

	"sendbridge/core/bridge"
)

// A message has one key, whose value is a text: "f" and the owner while it is in flight, "s" with MsgId and RequestId when it
// was sent, "d" when its event was dead-lettered. Every key expires. Each script looks at the value before it changes it, so
// one that runs after its caller gave up does no harm.
const (
	claimScript = `-- KEYS 1 message  ARGV 1 owner  2 ms  3 whether a retry
local v = redis.call('GET', KEYS[1])
local kind = v and string.sub(v, 1, 1)
if kind == 's' or kind == 'd' and ARGV[3] == '0' or kind == 'f' and v ~= 'f' .. ARGV[1] then
  return {v, redis.call('PTTL', KEYS[1])}
end
redis.call('SET', KEYS[1], 'f' .. ARGV[1], 'PX', ARGV[2])
return false`

	settleScript = `-- KEYS messages  ARGV 1 ms, then for each message its value, or D for d in place of the caller's own claim
for i, key in ipairs(KEYS) do
  local value, stays = ARGV[i + 1], false
  if value == 'd' or value == 'D' then
    local kind = string.sub(redis.call('GET', key) or '', 1, 1)
    stays = kind == 's' or kind == 'f' and value == 'd'
    value = 'd'
  end
  if not stays then redis.call('SET', key, value, 'PX', ARGV[1]) end
end
return 1`

	releaseScript = `-- KEYS 1 message  ARGV 1 owner
if redis.call('GET', KEYS[1]) == 'f' .. ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1`
)

// noDeadline is how long a claim lasts whose caller has no deadline. Without an end, the message of a process that died
// would never be sent.
const noDeadline = time.Minute

// A dedup is this process's part of what the fleet has sent.
type dedup struct {
	fleet *Fleet
	owner string

	claimed, settled, released *rueidis.Lua
}

// Dedup returns what the processes of the fleet have sent and are sending. Claims and windows end by the server's clock.
func (f *Fleet) Dedup() *bridge.Shared {
	d := &dedup{fleet: f, owner: rand.Text(), claimed: rueidis.NewLuaScript(claimScript),
		settled: rueidis.NewLuaScript(settleScript), released: rueidis.NewLuaScript(releaseScript)}
	return &bridge.Shared{Claim: d.claim, Settle: d.settle, Release: d.release}
}

func (d *dedup) claim(ctx context.Context, m bridge.MessageHash, retry bool) (bridge.Claim, error) {
	lasts := noDeadline
	if deadline, ok := ctx.Deadline(); ok {
		lasts = time.Until(deadline)
	}
	again := "0"
	if retry {
		again = "1"
	}
	answer, err := d.fleet.run(ctx, d.claimed, d.keys(m), []string{d.owner, millis(lasts + bridge.ClaimGrace), again})
	if err != nil || answer.IsNil() {
		return bridge.Claim{}, err
	}
	pair, err := answer.ToArray()
	if err != nil || len(pair) != 2 {
		return bridge.Claim{}, ErrUnavailable
	}
	return readClaim(pair[0], pair[1])
}

// readClaim believes only what is complete: a message without a MsgId was not sent.
func readClaim(value, left rueidis.RedisMessage) (c bridge.Claim, err error) {
	v, err := value.ToString()
	ms, err2 := left.AsInt64()
	if err != nil || err2 != nil || v == "" || ms < 0 {
		return c, ErrUnavailable
	}
	c.Left = time.Duration(ms) * time.Millisecond
	switch v[0] {
	case 'f':
		c.InFlight = true
	case 's':
		c.Known = true
		c.Receipt.MsgID, c.Receipt.RequestID, _ = strings.Cut(v[1:], "\n")
		if c.Receipt.MsgID == "" {
			return bridge.Claim{}, ErrUnavailable
		}
	case 'd':
		c.Known = true
	}
	return c, nil
}

func (d *dedup) settle(ctx context.Context, window time.Duration, list []bridge.Settled) error {
	keys, args := make([]string, len(list)), make([]string, 1, 1+len(list))
	args[0] = millis(window)
	for i := range list {
		keys[i] = d.key(list[i].Message)
		args = append(args, valueOf(&list[i]))
	}
	_, err := d.fleet.run(ctx, d.settled, keys, args)
	return err
}

func valueOf(s *bridge.Settled) string {
	switch {
	case s.Receipt.MsgID != "":
		return "s" + s.Receipt.MsgID + "\n" + s.Receipt.RequestID
	case s.Claimed:
		return "D"
	}
	return "d"
}

func (d *dedup) release(ctx context.Context, m bridge.MessageHash) error {
	_, err := d.fleet.run(ctx, d.released, d.keys(m), []string{d.owner})
	return err
}

func (d *dedup) keys(m bridge.MessageHash) []string { return []string{d.key(m)} }

func (d *dedup) key(m bridge.MessageHash) string { return d.fleet.key("m:" + hex.EncodeToString(m[:])) }

// millis is a time that a key can expire after.
func millis(d time.Duration) string {
	return strconv.FormatInt(max(1, (d+time.Millisecond-1).Milliseconds()), 10)
}
