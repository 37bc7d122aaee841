-- Check-ins for wrk: every request comes from another member, at another activity once all members have been there.
-- LINLI_BENCH_FROM: number of the first request; _TOKENS: file of session tokens, one a line;
-- _CODES: file of lines "activity step code" (activities count from 0); _OUT: file for the figures, as JSON.
local tokens, codes, threads = {}, {}, {}
local STEP_SECONDS = 15

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  number = tonumber(os.getenv("LINLI_BENCH_FROM"))
  for line in io.lines(os.getenv("LINLI_BENCH_TOKENS")) do tokens[#tokens + 1] = line end
  for line in io.lines(os.getenv("LINLI_BENCH_CODES")) do
    local activity, step, code = line:match("^(%d+) (%d+) (%S+)$")
    local at = tonumber(activity)
    codes[at] = codes[at] or {}
    codes[at][tonumber(step)] = code
  end
  head = "POST /v1/check-ins HTTP/1.1\r\nHost: " .. wrk.host .. ":" .. wrk.port ..
    "\r\nContent-Type: application/json\r\nAuthorization: Bearer "
end

function request()
  local n = number
  number = n + 1
  local code = codes[math.floor(n / #tokens)][math.floor(os.time() / STEP_SECONDS)]
  local body = '{"direction":"in","token":"' .. code .. '"}'
  return table.concat({
    head, tokens[n % #tokens + 1], "\r\nIdempotency-Key: ", string.format("check-in-%09d", n),
    "\r\nContent-Length: ", #body, "\r\n\r\n", body,
  })
end

function done(summary, latency, requests)
  local e, sent = summary.errors, 0
  for _, thread in ipairs(threads) do sent = math.max(sent, thread:get("number")) end
  local out = io.open(os.getenv("LINLI_BENCH_OUT"), "w")
  out:write(string.format(
    '{"answers":%d,"refused":%d,"lost":%d,"seconds":%.6f,"p50_ms":%.3f,"p99_ms":%.3f,"next":%d}',
    summary.requests, e.status, e.connect + e.read + e.write + e.timeout, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, sent))
  out:close()
end
