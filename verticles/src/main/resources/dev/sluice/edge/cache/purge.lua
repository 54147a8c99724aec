-- Marks what was asked for until now as purged.
--
-- KEYS[1] marks by URI, tag and of all, KEYS[2] those by prefix. ARGV: kind (URI, PREFIX, TAG, ALL), what.
local MOST_MARKS = 10000
local MOST_PREFIXES = 500
local LIFE = 25 * 3600 * 1000 -- ms; longer than any answer's

local clock = redis.call('TIME')
local now = string.format('%.0f', clock[1] * 1000000 + clock[2])
if ARGV[1] == 'PREFIX' then
  redis.call('ZADD', KEYS[2], now, ARGV[2])
elseif ARGV[1] ~= 'ALL' then
  redis.call('HSET', KEYS[1], ARGV[1] .. ':' .. redis.sha1hex(ARGV[2]), now)
end
if ARGV[1] == 'ALL'
  or redis.call('HLEN', KEYS[1]) > MOST_MARKS
  or redis.call('ZCARD', KEYS[2]) > MOST_PREFIXES then
  redis.call('DEL', KEYS[1], KEYS[2])
  redis.call('HSET', KEYS[1], 'ALL', now)
end
redis.call('PEXPIRE', KEYS[1], LIFE)
redis.call('PEXPIRE', KEYS[2], LIFE)
return 1
