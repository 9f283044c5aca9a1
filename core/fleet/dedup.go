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

// A message has one key. Its value is "f" and the owner while the message is in flight, "s" with MsgId and RequestId after
// it was sent, or "d" after its event was dead-lettered. Every key expires. Each script checks the value before it changes
// it, so a script that runs after its caller has given up is harmless.
const (
	claimScript = `-- KEYS 1 message  ARGV 1 owner  2 ms  3 whether a retry
local v = redis.call('GET', KEYS[1])
local kind = v and string.sub(v, 1, 1)
if kind == 's' or kind == 'd' and ARGV[3] == '0' or kind == 'f' and v ~= 'f' .. ARGV[1] then
  return {v, redis.call('PTTL', KEYS[1])}
end
redis.call('SET', KEYS[1], 'f' .. ARGV[1], 'PX', ARGV[2])
return false`

	settleScript = `-- KEYS messages  ARGV 1 ms  2 owner, then for each message its value: D is d in place of the owner's claim, r gives that back
for i, key in ipairs(KEYS) do
  local value = ARGV[i + 2]
  local now = string.sub(value, 1, 1) ~= 's' and redis.call('GET', key) or ''
  local kind = string.sub(now, 1, 1)
  if value == 'r' then
    if now == 'f' .. ARGV[2] then redis.call('DEL', key) end
  elseif value == 'D' and kind ~= 's' or value == 'd' and kind ~= 's' and kind ~= 'f' then
    redis.call('SET', key, 'd', 'PX', ARGV[1])
  elseif value ~= 'D' and value ~= 'd' then
    redis.call('SET', key, value, 'PX', ARGV[1])
  end
end
return 1`
)

// noDeadline is how long a claim lasts if its caller has no deadline. Without an end, the message of a process that died
// would never be sent.
const noDeadline = time.Minute

// A dedup is this process's access to the messages that the fleet has sent.
type dedup struct {
	fleet *Fleet
	owner string

	claimed, settled *rueidis.Lua
	debts            debts
}

// Dedup returns access to the messages that the processes of the fleet have sent and are sending. Claims and windows end by
// the server's clock.
func (f *Fleet) Dedup() *bridge.Shared {
	d := &dedup{fleet: f, owner: rand.Text(), claimed: rueidis.NewLuaScript(claimScript), settled: rueidis.NewLuaScript(settleScript)}
	return &bridge.Shared{Claim: d.claim, Settle: d.settle, Release: d.release}
}

func (d *dedup) claim(ctx context.Context, m bridge.MessageHash, retry bool) (bridge.Claim, error) {
	d.debts.drop(m)
	lasts := noDeadline
	if deadline, ok := ctx.Deadline(); ok {
		lasts = time.Until(deadline)
	}
	again := "0"
	if retry {
		again = "1"
	}
	answer, err := d.fleet.run(ctx, d.claimed, []string{d.key(m)}, []string{d.owner, millis(lasts + bridge.ClaimGrace), again})
	if err != nil {
		return bridge.Claim{}, err
	}
	if owed, window := d.debts.take(); owed != nil {
		_ = d.tell(ctx, window, owed)
	}
	if answer.IsNil() {
		return bridge.Claim{}, nil
	}
	pair, err := answer.ToArray()
	if err != nil || len(pair) != 2 {
		return bridge.Claim{}, ErrUnavailable
	}
	return readClaim(pair[0], pair[1])
}

// readClaim accepts only complete values: a message without a MsgId was not sent.
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
	all := make([]debt, len(list))
	for i := range list {
		all[i] = debt{list[i].Message, valueOf(&list[i])}
	}
	return d.tell(ctx, window, all)
}

func (d *dedup) release(ctx context.Context, m bridge.MessageHash) error {
	return d.tell(ctx, 0, []debt{{m, "r"}})
}

// tell writes the outcomes of messages to Redis, and keeps them as debts if that fails.
func (d *dedup) tell(ctx context.Context, window time.Duration, list []debt) error {
	keys, args := make([]string, len(list)), make([]string, 2, 2+len(list))
	args[0], args[1] = millis(window), d.owner
	for i := range list {
		keys[i] = d.key(list[i].message)
		args = append(args, list[i].value)
	}
	_, err := d.fleet.run(ctx, d.settled, keys, args)
	if err != nil {
		d.debts.add(list, window)
	}
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

func (d *dedup) key(m bridge.MessageHash) string { return d.fleet.key("m:" + hex.EncodeToString(m[:])) }

// millis returns a valid expiry time of a key.
func millis(d time.Duration) string {
	return strconv.FormatInt(max(1, (d+time.Millisecond-1).Milliseconds()), 10)
}
