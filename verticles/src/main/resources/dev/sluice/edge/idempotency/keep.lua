-- Keeps the answer of whoever has the claim.
--
-- KEYS[1] the key. ARGV: token, answer, how long it is kept (ms). Answers 1, or 0 if another has the claim.
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then
  return 0
end
redis.call('HSET', KEYS[1], 'answer', ARGV[2])
redis.call('HDEL', KEYS[1], 'token')
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
