-- Keeps an answer.
--
-- KEYS[1] the answer. ARGV: when its upstream was asked (us), its tags, itself, how long it is of use (ms).
redis.call('DEL', KEYS[1]) -- whatever was there
redis.call('HSET', KEYS[1], 'began', ARGV[1], 'tags', ARGV[2], 'value', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
