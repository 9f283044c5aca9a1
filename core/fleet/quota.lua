-- Places in the quota, by the clock of this server. One call of the API needs one place in each of two lines, the
-- account's and the address's. A place is in a bin of 4 ms. It may be used from the begin of its bin until 8 ms after its end.
--
-- A line is a leaky bucket over bins: each bin drains `drain` calls, and no bin may hold more than 1 + drain, what earlier
-- bins left in it included. So 253 bins have at most 1 + 253 drain calls. The calls of any second, both ends included, are of
-- at most 253 bins: 250, one more for its ends, and two for calls that are 8 ms late. drain is chosen so that they are at most
-- the limit. Calls that overtake each other on their way to the API can be more: the account's line has room for that, as few
-- of a thousand do, and the address's line, beyond which the API blocks, has three bins to spare.
--
-- KEYS  1 the account's line  2 the address's line  3 the processes of the account  4 those of the address, if it is shared
-- ARGV  1 process  2 places wanted  3 places in advance  4 µs to the latest  5 µs that the answer takes  6 what was learned
--       7 the account's limit  8 the address's limit
local BIN, HORIZON, ROUND = 4000, 250, 12.5
local BINS = {account = 253, address = 256}
local SECOND, MINUTE = 1000000, 60000000
local t = redis.call('TIME')
local now = t[1] * SECOND + t[2]
local process, event = ARGV[1], ARGV[6]
local want, ahead, latest, lead = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local shared = KEYS[4] ~= nil

local FIELDS = {'base', 'level', 'full', 'ceiling', 'current', 'halved', 'raised', 'low', 'blocked', 'seen', 'born', 'few', 'fewSince'}

-- advance moves a line's first bin to the present.
local function advance(line, present)
  local old, kept = line.booked, {}
  for i = 1, math.min(present - line.base, #old) do
    line.level = math.max(0, line.level + old[i] - line.drain)
  end
  for i = present - line.base + 1, #old do kept[#kept + 1] = old[i] end
  line.level = math.max(0, line.level - line.drain * math.max(0, present - line.base - #old))
  line.base, line.booked = present, kept
end

-- fill computes what each bin from i on holds.
local function fill(line, i)
  local rest = line.level
  if i > 1 then rest = math.max(0, line.holds[i - 1] - line.drain) end
  for j = i, #line.booked do
    line.holds[j] = rest + line.booked[j]
    rest = math.max(0, line.holds[j] - line.drain)
  end
  line.rest = rest -- what is left for the bin after the last
end

-- The rate falls fast and rises slowly, as that of core/send/aimd.go does for one process.
local function recover(line)
  local passed, before = now - line.blocked, line.ceiling
  if line.ceiling >= line.full or passed < 30 * MINUTE then return end
  line.ceiling = line.full
  if passed < 60 * MINUTE then
    line.ceiling = line.low + (line.full - line.low) * (passed - 30 * MINUTE) / (30 * MINUTE)
  end
  if line.current >= before then line.current = line.ceiling end
end

-- Up to one call of 200 within a second can be throttled because calls of a busy machine arrive together. That costs a step.
-- More of them mean that the API allows less than the limit, or that others call it too.
local function throttled(line)
  if now - line.fewSince >= SECOND then line.few, line.fewSince = 0, now end
  line.few = line.few + 1
  if line.few <= line.current / 200 then
    if line.few == 1 then line.current, line.raised = math.max(1, line.current * 0.98), now end
  elseif now - line.halved >= SECOND then
    line.current = math.max(1, line.current / 2)
    line.halved, line.raised = now, now
  end
end

local function succeeded(line)
  if line.current >= line.ceiling then return end
  local passed = math.min(now - line.raised, SECOND)
  line.current = math.min(line.ceiling, line.current + line.ceiling * 0.02 * passed / SECOND)
  line.raised = now
end

local function halve(line)
  line.ceiling = math.max(1, line.ceiling / 2)
  line.current = math.min(line.current, line.ceiling)
  line.low, line.blocked = line.ceiling, now
end

-- open reads a line. A line that is not there may have been lost a moment ago, and processes may hold its places, of the next
-- second at most. So a new line begins after a second, unless it is one process's own.
local function open(key, limit, delay, bins)
  local h = redis.call('HMGET', key, 'booked', 'owner', unpack(FIELDS))
  local line = {key = key, bins = bins, booked = {}, holds = {}, owner = h[2] or ''}
  for i, name in ipairs(FIELDS) do line[name] = tonumber(h[i + 2] or 0) end
  for n in string.gmatch(h[1] or '', '%d+') do line.booked[#line.booked + 1] = tonumber(n) end
  if line.full ~= limit then
    if line.ceiling == line.full then line.ceiling = limit end
    if line.current == line.full then line.current = limit end
    line.full = limit
    line.ceiling = math.min(line.ceiling, limit)
    line.current = math.min(line.current, line.ceiling)
  end
  local present = math.floor(now / BIN)
  if line.born == 0 or line.base - present > 2 * HORIZON then -- or the clock was set back
    line.born, line.base, line.level, line.booked = now, present + math.ceil(delay / BIN), 0, {}
  end
  return line, present
end

-- ready makes a line fit to be booked, after its rate has changed.
local function ready(line, present)
  line.drain = line.current * 0.9999 / line.bins
  if present > line.base then advance(line, present) end
  fill(line, 1)
end

local function close(line, ttl)
  local values = {}
  for _, name in ipairs(FIELDS) do
    values[#values + 1] = name
    values[#values + 1] = string.format('%.6f', line[name])
  end
  redis.call('HSET', line.key, 'booked', table.concat(line.booked, ' '), 'owner', line.owner, unpack(values))
  redis.call('PEXPIRE', line.key, ttl)
end

-- fits says whether one more call may be in a bin: whether neither that bin nor those after it hold too much then.
local function fits(line, bin)
  local i, n, limit = bin - line.base + 1, #line.booked, 1 + line.drain + 1e-9
  if i < 1 then return false end
  if i > n then return line.rest - line.drain * (i - n - 1) + 1 <= limit end
  local more = 1
  for j = i, n do
    if line.holds[j] + more > limit then return false end
    more = math.min(more, line.holds[j] + more - line.drain)
    if more <= 0 then return true end
  end
  return true
end

local function book(line, bin)
  local i = bin - line.base + 1
  local first = math.min(i, #line.booked + 1)
  for j = #line.booked + 1, i do line.booked[j] = 0 end
  line.booked[i] = line.booked[i] + 1
  fill(line, first)
end

-- free is a bin that surely has room: after all that is booked.
local function free(line)
  return line.base + #line.booked + math.max(0, math.ceil(line.rest / line.drain - 1 - 1e-9))
end

local OWN, FLEET = 2 * 3600 * 1000, 30 * 24 * 3600 * 1000 -- ms without calls, after which a line is forgotten
local account, present = open(KEYS[1], tonumber(ARGV[7]), SECOND, BINS.account)
local address = open(KEYS[2], tonumber(ARGV[8]), shared and SECOND or 0, BINS.address)

-- What was learned of the address: while one process finds out whether it is blocked still, the others wait.
local grace = math.min(10 * MINUTE, math.max(10 * SECOND, (now - address.blocked) / 3))
local wait, places, refused = 0, {}, false
if event == 'blocked' then
  if address.owner == '' then
    halve(address)
    address.owner = process
  end
  if address.owner == process then address.seen = now end
elseif event == 'ok' and address.owner == process then
  address.owner = ''
end
if address.owner ~= '' and address.owner ~= process then
  if now - address.seen < grace then
    refused, wait = true, address.seen + grace - now
  elseif want > 0 then
    address.owner, want = process, 1
  else
    refused, wait = true, 0
  end
end
if address.owner == process then
  ahead = 0
  if want > 0 then address.seen = now end
end

if event == 'throttled' then throttled(account) end
for _, line in ipairs({account, address}) do
  recover(line)
  if event == 'ok' then succeeded(line) end
  ready(line, present)
end

-- A process gets at most its share of 50 ms at once, so that nobody waits long for the others.
local function active(key)
  redis.call('ZADD', key, string.format('%.0f', now), process)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', now - MINUTE))
  redis.call('PEXPIRE', key, 2 * MINUTE / 1000)
  return redis.call('ZCOUNT', key, string.format('%.0f', now - SECOND), '+inf')
end
local processes, neighbours = 1, 1
if want + ahead > 0 then
  processes = active(KEYS[3])
  if shared then neighbours = active(KEYS[4]) end
end

if want + ahead > 0 and not refused then
  local bin = math.floor((now + lead) / BIN)
  local last = math.min(math.floor((now + latest) / BIN), present + HORIZON)
  local share = math.min(account.drain * ROUND / processes, address.drain * ROUND / neighbours)
  local n = math.min(want, math.max(1, math.floor(share)))
  while want > 0 and n > 0 and bin <= last do
    if fits(account, bin) and fits(address, bin) then
      book(account, bin)
      book(address, bin)
      places[#places + 1] = bin * BIN - now
      n = n - 1
    else
      bin = bin + 1
    end
  end
  if want > 0 and #places == 0 then
    wait = math.max(free(account), free(address)) * BIN - now
  end
  -- In advance a process gets only what nobody waits for: places of the bin of now, while it is half empty.
  while #places >= math.min(want, 1) and ahead > 0 and bin <= present + 1 and fits(account, bin) and fits(address, bin)
    and (account.holds[bin - account.base + 1] or 0) < account.drain / 2 + 1 do
    book(account, bin)
    book(address, bin)
    places[#places + 1] = bin * BIN - now
    ahead = ahead - 1
  end
end

close(account, FLEET)
close(address, shared and FLEET or OWN)
return {refused and 1 or 0, math.floor(wait), math.floor(account.current * 1000), math.floor(address.current * 1000),
  processes, neighbours, account.born, address.owner == process and 1 or 0, unpack(places)}
