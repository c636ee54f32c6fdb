#!/bin/sh
# The disk for nginx's log and temporary files is full, and the one for the logs
# of the workers: everybody is answered, and when there is space again there is
# a log again, which says how many lines it lacks.
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
. "$(dirname "$0")/../drill.sh"

disks_end() {
	disks_status=$?
	umount -l "$scratch/nginx" "$scratch/log" 2>/dev/null
	(exit "$disks_status")
	drill_end
}
trap disks_end EXIT

mkdir "$scratch/nginx" "$scratch/log"
# What is logged while nginx has no disk must fit on that of the workers, or no
# ballast is left to be thrown overboard.
for disk in "nginx 512k" "log $(form 512k 64m)"; do
	mount -t tmpfs -o "size=${disk#* },mode=755" tmpfs \
	    "$scratch/${disk% *}" 2>/dev/null ||
		skip_all 'no small disks can be mounted here'
done

# fill DISK, free DISK
fill() {
	dd if=/dev/zero of="$scratch/$1/ballast" bs=4096 2>/dev/null
	[ "$(stat -f -c %a "$scratch/$1")" = 0 ]
}

free() {
	rm "$scratch/$1/ballast"
}

echo "KHATMA_LOG_DIR=$scratch/log" >"$scratch/extra.conf"
stack_private KHATMA_EXTRA_CONF="$scratch/extra.conf"
readers 8
token=$(sed -n '1s/.* //p' "$scratch/tokens")
before=$(workers)

# nginx, again, with all that it writes on the small disk.
kill -QUIT "$(cat "$stack/run/nginx.pid")"
wait_for test ! -e "$stack/run/nginx.pid"
rm -f "$stack/http.sock"
sed -i "s,^error_log log/,error_log $scratch/nginx/,
    s,access_log log/,access_log $scratch/nginx/,
    s,_temp_path run/,_temp_path $scratch/nginx/," "$stack/nginx.conf"
nginx -e "$scratch/nginx/error.log" -p "$stack/" -c nginx.conf
ok 'nginx writes to a small disk' wait_for test -e "$scratch/nginx/access.log"

# judge WHAT
judge() {
	# shellcheck disable=SC2046 # several words
	set -- "$1" $(load_figures)
	is "$5 $6 $7 $(load_count refused get)" '0 0 0 0' \
	    "REL-09: $1: every request is answered"
	is "$(load_lost)" '' 'all that was acknowledged is there'
	is "$(load_twice)" '' 'no chapter was given twice'
	result "$1: failed, of $2 requests" "$(($5 + $6 + $7))" 0
	result 'p50, p99 and the longest, ms' "$8, $9, ${10}" 'to compare with'
}

# --- nginx -------------------------------------------------------------------

# long N: the last of the readers has read so many times more. whole: and gets
# all of it.
large_id=$(sed -n '8s/ .*//p' "$scratch/tokens")
large_token=$(sed -n '8s/.* //p' "$scratch/tokens")

long() {
	db "SET max_recursive_iterations = $1;
	    INSERT INTO sessions (user_id, division, chapter, is_completed,
	        reading_date, local_day, counts_day, created_at)
	    WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL
	        SELECT i + 1 FROM n WHERE i < $1)
	    SELECT $large_id, 'juz', 1, TRUE, '2020-01-01', '2020-01-01',
	        FALSE, '2020-01-01' FROM n"
}

whole() {
	req GET /api/user/me/export/ '' "$large_token" "$@" &&
		[ "$status" = 200 ] && jq -e . "$body" >/dev/null
}

ok 'the disk of nginx is full' fill nginx
load_start -d "$(form 1 30)"
load_wait
judge 'the disk of nginx full'
long 4000
ok 'REL-09: years of reading come whole' whole
ok 'REL-09: also to whoever is slow' whole --limit-rate 1M
result 'of the longest answer that was whole, bytes' "$(wc -c <"$body")" whole
long 20000
honest() {
	! curl -s -m 60 --unix-socket "$stack/http.sock" -o "$body" \
	    --limit-rate 8M -H "Authorization: Bearer $large_token" \
	    http://localhost/api/user/me/export/ ||
		jq -e . "$body" >/dev/null
}
ok 'what the disk is too small for does not look whole' honest
db "DELETE FROM sessions WHERE user_id = $large_id AND khatma_id IS NULL
    AND local_day = '2020-01-01'"
printf '{"name": "%060000d"}' 1 >"$scratch/large"
req POST /api/khatmas/ '' "$token" --data-binary "@$scratch/large" \
    -H 'Content-Type: application/json'
wants 400 'and what is sent needs no disk'
free nginx
lines=$(wc -l <"$scratch/nginx/access.log")
logs_again() {
	req GET /api/health/live/
	[ "$(wc -l <"$scratch/nginx/access.log")" -gt "$lines" ]
}
ok 'with space again nginx logs again' wait_for logs_again

# --- The workers -------------------------------------------------------------

ok 'the disk of the workers is full' fill log
load_start -d "$(form 1 30)"
load_wait
judge 'the disk of the workers full'
# Whatever is left of a log's last page is full, too.
is "$(curl -s --unix-socket "$stack/http.sock" -o /dev/null \
    -w '%{http_code}\n' -H "Authorization: Bearer $token" \
    'http://localhost/api/dashboard/?[1-40]' | uniq -c | xargs)" '40 200' \
    'a worker that cannot log answers'
free log
is "$(workers)" "$before" 'REL-09: no worker has died of it'
log_tells() {
	req GET /api/dashboard/ '' "$token"
	grep -q '"event":"log_lines_lost"' "$scratch/log/dashboard.log"
}
ok 'with space again they log again, and how much is missing' \
    wait_for log_tells
rid=$(header X-Request-Id)
logged() {
	grep -q "^{.*\"rid\":\"$rid\".*}$" "$scratch/log/dashboard.log"
}
ok 'what is written then is whole' logged
is "$(fsck)" '' 'and all rules hold'

done_testing
