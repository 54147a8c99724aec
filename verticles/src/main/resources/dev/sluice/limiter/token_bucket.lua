-- KEYS[1] the bucket; ARGV rate (tokens a second), burst, cost.
-- Answers {1 allowed or 0, whole tokens left, ms until the cost is there, ms until full}.
-- The level is kept in millionths of a token: in a microsecond as many are added as the rate says, and
-- all numbers are whole, so that nothing is lost to rounding (below 2^53 a double holds them exactly).
local TOKEN = 1000000
local rate, full, cost = tonumber(ARGV[1]), ARGV[2] * TOKEN, ARGV[3] * TOKEN
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local bucket = redis.call('HMGET', KEYS[1], 'level', 'at')
local level = tonumber(bucket[1]) or full
local at = tonumber(bucket[2]) or now
-- After a failover the clock may be behind: then nothing is refilled, and nothing is taken away.
level = math.min(full, level + math.max(0, now - at) * rate)
local allowed = 0
local retry = 0
if level >= cost then
  allowed = 1
  level = level - cost
else
  retry = math.ceil((cost - level) / (rate * 1000))
end
local reset = math.ceil((full - level) / (rate * 1000))
redis.call('HSET', KEYS[1], 'level', string.format('%.0f', level), 'at', string.format('%.0f', now))
-- A bucket that is full again says no more than one that is not there.
redis.call('PEXPIRE', KEYS[1], reset + 1000)
return {allowed, math.floor(level / TOKEN), retry, reset}
