-- Places an order with each request, under an Idempotency-Key that nobody has used.
local run
local count = 0

function init(args)
  run = args[1]
end

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [[@body@]]

function request()
  count = count + 1
  wrk.headers["Idempotency-Key"] = run .. "-" .. count
  return wrk.format()
end
