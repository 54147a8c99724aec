-- Claims a key, or says what became of it.
--
-- KEYS[1] the key. ARGV: print of the request, token of who asks, how long the claim holds (ms).
-- Answers {'first'}, {'other'}, {'under way'}, or {'done', answer}.
local found = redis.call('HMGET', KEYS[1], 'print', 'answer')
if not found[1] then
  redis.call('HSET', KEYS[1], 'print', ARGV[1], 'token', ARGV[2])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return {'first'}
end
if found[1] ~= ARGV[1] then
  return {'other'}
end
if not found[2] then
  return {'under way'}
end
return {'done', found[2]}
