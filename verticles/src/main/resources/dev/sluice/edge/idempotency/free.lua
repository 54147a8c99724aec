-- Gives up the claim of whoever has it.
--
-- KEYS[1] the key. ARGV: token. Answers 1, or 0 if another has the claim.
if redis.call('HGET', KEYS[1], 'token') ~= ARGV[1] then
  return 0
end
return redis.call('DEL', KEYS[1])
