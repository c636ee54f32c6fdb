-- wrk.lua - what wrk sends, and what it says in the end.
--
--	wrk -t 1 ... -s wrk.lua URL -- FILE once|again
--
-- FILE has lines "METHOD PATH TOKEN [BODY]"; - is no token. With "again" they go
-- round and round, with "once" none is sent twice. In the end there is the line
-- that measure.pl reads: requests, seconds, 50th and 99th percentile in
-- microseconds, failures, lines used.

local thread

function setup(t)
	thread = t
end

local function read(line)
	local method, path, token, body = line:match("^(%S+) (%S+) (%S+) ?(.*)$")
	local headers = { Host = "localhost" }

	if token ~= "-" then
		headers["Authorization"] = "Bearer " .. token
	end
	if body == "" then
		return wrk.format(method, path, headers)
	end
	headers["Content-Type"] = "application/json"
	return wrk.format(method, path, headers, body)
end

function init(args)
	requests, once, used, ran_out = {}, args[2] == "once", 0, false
	for line in io.lines(args[1]) do
		requests[#requests + 1] = read(line)
	end
end

function request()
	used = used + 1
	if once and used > #requests then
		ran_out = true
		wrk.thread:stop()
	end
	return requests[(used - 1) % #requests + 1]
end

function done(summary, latency)
	local e = summary.errors
	local failed = e.connect + e.read + e.write + e.status + e.timeout

	if thread:get("ran_out") then
		io.stderr:write("wrk: there are no requests left\n")
		failed = failed + 1
	end
	print(string.format("%d %.6f %d %d %d %d", summary.requests,
	    summary.duration / 1e6, latency:percentile(50),
	    latency:percentile(99), failed, thread:get("used")))
end
