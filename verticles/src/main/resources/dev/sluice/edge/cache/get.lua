-- Reads an answer, unless it was purged after its upstream was asked for it.
--
-- KEYS[1] the answer, KEYS[2] marks of purges by URI, tag and of all, KEYS[3] those by prefix. ARGV[1] its URI.
-- Answers {now (us)}, and if it is there also: when the upstream was asked (us), the answer.
local clock = redis.call('TIME')
local now = string.format('%.0f', clock[1] * 1000000 + clock[2])
local found = redis.call('HMGET', KEYS[1], 'began', 'tags', 'value')
local began = tonumber(found[1] or '')
if not began or not found[3] then
  return {now}
end

local fields = {'ALL', 'URI:' .. redis.sha1hex(ARGV[1])}
for tag in string.gmatch(found[2] or '', '[^\n]+') do
  fields[#fields + 1] = 'TAG:' .. redis.sha1hex(tag)
end
for _, at in ipairs(redis.call('HMGET', KEYS[2], unpack(fields))) do
  if at and tonumber(at) >= began then
    return {now}
  end
end
for _, prefix in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], found[1], '+inf')) do
  if string.sub(ARGV[1], 1, #prefix) == prefix then
    return {now}
  end
end
return {now, found[1], found[3]}
