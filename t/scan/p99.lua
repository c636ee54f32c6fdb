-- wrk's 99th percentile in microseconds, and nothing that was not answered.
done = function(summary, latency)
	local e = summary.errors
	local wrong = e.connect + e.read + e.write + e.status + e.timeout

	print("p99 " .. (wrong == 0 and latency:percentile(99) or 0))
end
