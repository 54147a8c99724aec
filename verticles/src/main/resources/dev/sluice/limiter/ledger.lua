-- The ledger: what TokenBucket.java and SlidingWindow.java say, in Redis and by its clock.
--
-- KEYS[1] names the data: a ledger that has lost them has another name, and does nothing but say so.
-- KEYS[2..] the buckets.
-- ARGV[1] the name the caller knows, or ''; ARGV[2] a name to take if there is none; then for each bucket
--   kind ('t' token bucket, 'w' sliding window), quota, window (us), burst, slot or slice (us), slices, debit, lease, n,
--   and n times: how many waiting requests, of which cost.
-- Answers {name, 1 done or 0, then for each bucket: requests granted, tokens leased, level, ms to wait}.
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local HOUR = 3600000

local epoch = redis.call('GETEX', KEYS[1], 'PX', 24 * HOUR)
if not epoch then
  epoch = ARGV[2]
  redis.call('SET', KEYS[1], epoch, 'PX', 24 * HOUR)
end
if ARGV[1] ~= '' and ARGV[1] ~= epoch then
  return {epoch, 0}
end
local answer = {epoch, 1}

-- Grants the waiting requests, first come first. Answers how many, and what the next one needs: 1 if none is left.
local function grant(runs, burst, take)
  local granted = 0
  for i = 1, #runs, 2 do
    local cost = math.min(runs[i + 1], burst)
    for _ = 1, runs[i] do
      if not take(cost) then
        return granted, cost, false
      end
      granted = granted + 1
    end
  end
  return granted, 1, true
end

-- Stored: level, units a token has, when, tokens on their way in this slot and the one before, slot.
local function token_bucket(key, quota, token, burst, slot_us, debit, lease, runs)
  local full = burst * token
  local level, at, held, before, slot = full, now, 0, 0, math.floor(now / slot_us)
  local stored = redis.call('GET', key)
  if stored then
    local l, t, a, h, b, s = string.match(stored, '^(%-?%d+) (%d+) (%d+) (%d+) (%d+) (%d+)$')
    if l then
      level, at, held, before, slot = tonumber(l), tonumber(a), tonumber(h), tonumber(b), tonumber(s)
      if tonumber(t) ~= token then
        level = math.floor(level / tonumber(t) * token)
      end
    end
  end
  local function add(til)
    local capacity, passed = (burst - held - before) * token, math.max(0, til - at)
    if passed > math.floor(2 * full / quota) then
      level = capacity
    else
      level = math.min(capacity, level + passed * quota)
    end
    at = math.max(at, til)
  end
  -- Slot by slot while tokens are on their way: what a slot's capacity cut off does not come back.
  local current = math.floor(now / slot_us)
  while slot < current and held + before > 0 do
    slot = slot + 1
    add(slot * slot_us)
    before, held = held, 0
  end
  add(now) -- after a failover the clock may be behind: then nothing is refilled, and nothing taken away
  level = math.max(-full, level - math.min(debit, 2 * burst) * token)
  local granted, need, all = grant(runs, burst, function(n)
    if level < n * token then
      return false
    end
    level = level - n * token
    held = held + n
    return true
  end)
  local leased = all and math.min(lease, math.max(0, math.floor(level / token))) or 0
  level = level - leased * token
  local missing = need * token - level
  local wait = 0
  if missing > 0 then
    local no_room = 0
    if burst - held - before < need then
      no_room = (current + 1) * slot_us - now + ((burst - held < need) and slot_us or 0)
    end
    wait = math.ceil((missing + no_room * quota) / (quota * 1000))
  end
  local refill = math.ceil((full - level) / (quota * 1000))
  redis.call('SET', key, string.format('%.0f %.0f %.0f %.0f %.0f %.0f', level, token, now, held, before, current),
    'PX', math.max(HOUR, refill + 1000))
  return granted, leased, math.floor(level / token), wait
end

-- Stored: "@slice length", then "slice:tokens" for each slice that has any, oldest first.
local function sliding_window(key, quota, window, slice_us, slices, debit, lease, runs)
  local current = math.floor(now / slice_us)
  local counts, used = {}, 0
  local stored = redis.call('GET', key) or ''
  local was = tonumber(string.match(stored, '^@(%d+)') or slice_us)
  for s, n in string.gmatch(stored, '(%d+):(%d+)') do
    s, n = tonumber(s), tonumber(n)
    if was ~= slice_us then
      -- The policy was changed; what was spent stays where it was in time.
      s = math.min(current, math.floor(((s + 1) * was - 1) / slice_us))
    elseif s > current then
      current = s -- after a failover the clock may be behind
    end
    counts[#counts + 1] = {s, n}
  end
  while counts[1] and counts[1][1] <= current - slices do
    table.remove(counts, 1)
  end
  for _, c in ipairs(counts) do
    used = used + c[2]
  end
  local function add(n)
    if n > 0 then
      local last = counts[#counts]
      if last and last[1] == current then
        last[2] = last[2] + n
      else
        counts[#counts + 1] = {current, n}
      end
      used = used + n
    end
  end
  add(math.min(debit, math.max(0, 2 * quota - used)))
  local granted, need, all = grant(runs, quota, function(n)
    if quota - used < n then
      return false
    end
    add(n)
    return true
  end)
  local leased = all and math.min(lease, math.max(0, quota - used)) or 0
  add(leased)
  local left, wait = quota - used, 0
  if left < need then
    for _, c in ipairs(counts) do
      left = left + c[2]
      if left >= need then
        wait = math.ceil(((c[1] + slices) * slice_us - math.max(now, current * slice_us)) / 1000)
        break
      end
    end
  end
  local parts = {}
  for i, c in ipairs(counts) do
    parts[i] = string.format('%.0f:%.0f', c[1], c[2])
  end
  table.insert(parts, 1, string.format('@%.0f', slice_us))
  redis.call('SET', key, table.concat(parts, ' '), 'PX', math.max(HOUR, math.ceil((slices + 1) * slice_us / 1000)))
  return granted, leased, quota - used, wait
end

local a = 3
for k = 2, #KEYS do
  local n = tonumber(ARGV[a + 8])
  local runs = {}
  for i = 1, 2 * n do
    runs[i] = tonumber(ARGV[a + 8 + i])
  end
  local quota, window, burst, slot = tonumber(ARGV[a + 1]), tonumber(ARGV[a + 2]), tonumber(ARGV[a + 3]), tonumber(ARGV[a + 4])
  local slices, debit, lease = tonumber(ARGV[a + 5]), tonumber(ARGV[a + 6]), tonumber(ARGV[a + 7])
  local g, l, level, wait
  if ARGV[a] == 't' then
    g, l, level, wait = token_bucket(KEYS[k], quota, window, burst, slot, debit, lease, runs)
  else
    g, l, level, wait = sliding_window(KEYS[k], quota, window, slot, slices, debit, lease, runs)
  end
  local i = #answer
  answer[i + 1], answer[i + 2], answer[i + 3], answer[i + 4] = g, l, level, wait
  a = a + 9 + 2 * n
end
return answer
