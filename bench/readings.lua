-- readings.lua PREFIX -- for wrk: GET the prefix with a number behind it, a
-- different one each time; the last line of the output is one JSON object.
local requests, turn = {}, 0

function init(args)
    for i = 0, 999 do
        local path = args[1] .. string.format("%.2f", 15 + i / 100)
        requests[i] = wrk.format("GET", path)
    end
end

function request()
    turn = (turn + 1) % 1000
    return requests[turn]
end

function done(summary, latency)
    local e = summary.errors
    print(string.format(
        '{"requests":%d,"microseconds":%d,"refused":%d,"broken":%d,' ..
        '"p50_us":%d,"p99_us":%d}',
        summary.requests, summary.duration, e.status,
        e.connect + e.read + e.write + e.timeout,
        latency:percentile(50), latency:percentile(99)))
end
