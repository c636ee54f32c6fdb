#!/bin/sh
# Workers are shut in: they do all that they are there for, and who takes one
# over can do nothing else.
# shellcheck disable=SC2154 # what tap.sh and history.sh set
# shellcheck disable=SC2119,SC2317 # functions without arguments; called by name
. "$(dirname "$0")/tap.sh"
if grep -q -e -fsanitize "$BUILD/flags"; then
	skip_all 'sanitizers need what a worker may not do'
fi
stack_private WORKERS=2 SANDBOX=on
. "$(dirname "$0")/history.sh"
. "$(dirname "$0")/faults.sh"

# of WORD PID: what the kernel says of the process.
of() {
	sed -n "s/^$1:[[:blank:]]*//p" "/proc/$2/status"
}

# --- Every worker ------------------------------------------------------------

before=$(workers)
is "$(echo "$before" | wc -w)" 17 'all groups have their workers'
for pid in $before; do
	is "$(of Seccomp "$pid") $(of NoNewPrivs "$pid")" '2 1' \
	    "SEC-04: $(cat "/proc/$pid/comm"): its system calls are filtered"
	is "$(awk '/^Max core file size/ { print $5, $6 }' \
	    "/proc/$pid/limits")" '0 0' 'SEC-04: it leaves no core behind'
	is "$(($(printf '0x%s & ~0x%s' "$(of CapEff "$pid")" \
	    "$(of CapEff $$)")))" 0 'SEC-04: it has no right that its starter has not'
	is "$(stat -c %u "/proc/$pid/mem")" 0 \
	    'SEC-04: its memory is for nobody of its account'
done
is "$(log_lines | grep -c '"event":"sandbox_off"')" 0 \
    'nobody says that he is not shut in'

# --- They work ---------------------------------------------------------------

journey() {
	new_user "$1"
	eval "token=\$$1_token password=\$$1_password"
	for zone in Asia/Riyadh America/Sao_Paulo; do
		req PATCH /api/user/me/ "{\"timezone\": \"$zone\"}" "$token"
		wants 200 "$1 lives in $zone"
	done
	req PATCH /api/user/me/ '{"timezone": "Asia/Nowhere"}' "$token"
	wants 400 'which has to be on the map'
	group "$token"
	reads "$token" 1
	wants 201 'reads a part'
	for path in user/me/ khatmas/ "khatmas/$khatma/" sessions/ stats/user/ \
	    "stats/khatma/$khatma/" achievements/ notifications/ dashboard/ \
	    health/ready/; do
		req GET "/api/$path" '' "$token"
		wants 200 "and sees $path"
	done
	req POST /api/khatmas/ '{"name": 5}' "$token"
	wants 400 'is told of a mistake'
	req DELETE /api/user/me/ "{\"password\": \"$password\"}" "$token"
	like "$status" '^2' 'and may leave'
}

journey aisha
database_stop TERM
req GET /api/health/ready/
wants 503 'the database is away'
database_start
journey omar
is "$(workers)" "$before" 'SEC-04: all this time no worker has died'
is "$(fsck)" '' 'and all rules hold'

# --- The account -------------------------------------------------------------

is "$(db "SHOW GRANTS FOR khatma@localhost" |
    sed "s/ IDENTIFIED BY.*//; s/[\`']//g" | sort)" \
    'GRANT SELECT, INSERT, UPDATE, DELETE ON khatma.* TO khatma@localhost
GRANT USAGE ON *.* TO khatma@localhost' \
    'SEC-03: the account can read and write rows of one schema, and no more'
like "$(grep -F 'mariadb -e "GRANT ' "$root/README")" \
    'GRANT SELECT, INSERT, UPDATE, DELETE ON khatma\.\* TO khatma@localhost"$' \
    'SEC-03: so can the one that the README makes'
is "$(grep -c 'GRANT ' "$root/README")" 1 'SEC-03: and it is given nothing else'

# --- One that was taken over -------------------------------------------------

mkdir -m 755 "$scratch/bin" "$scratch/run"
cp "$BUILD/t/worker-escape" "$scratch/bin/health"
{
	cat "$stack/khatma.conf"
	echo "KHATMA_BIN_DIR=$scratch/bin"
	echo "KHATMA_RUN_DIR=$scratch/run"
	echo "KHATMA_LOG_DIR=$scratch/run"
} >"$scratch/khatma.conf"

escape_spawn() {
	KHATMA_CONF=$scratch/khatma.conf "$root/spawn.sh" "$1" health
}

escape_worker() {
	escape_spawn status | sed -n 's/.*workers //p' | xargs
}

# escape WAY: prints the worker's answer, if it lives to give one.
escape() {
	env -i PATH="$PATH" REQUEST_METHOD=GET \
	    SCRIPT_NAME="/api/escape/$1/" timeout 10 cgi-fcgi -bind \
	    -connect "$scratch/run/health.sock" </dev/null 2>/dev/null |
	    sed '1,/^\r*$/d'
}

another() {
	now=$(escape_worker)
	[ -n "$now" ] && [ "$now" != "$victim" ]
}

ok 'a worker with a hole in it runs' escape_spawn start
trap 'result=$?; escape_spawn stop >/dev/null 2>&1
    (exit $result); tap_end' EXIT
for way in execve fork inet; do
	victim=$(escape_worker)
	is "$(escape "$way")" '' "SEC-04: a worker that tries $way dies"
	ok 'and is replaced' wait_for another
done
victim=$(escape_worker)
is "$(escape write)" '{"errno":13}' 'SEC-04: no file can be opened to write'
if grep -q landlock_unavailable "$scratch/run/health.log"; then
	diag 'this kernel has no Landlock: files can be read'
else
	is "$(escape read)" '{"errno":13}' 'SEC-04: nor to read'
fi
is "$(escape_worker)" "$victim" 'and by that it does not die'

echo KHATMA_SANDBOX=off >>"$scratch/khatma.conf"
escape_spawn reload >/dev/null
is "$(escape inet)" '{"errno":0}' \
    'without the sandbox each of these would have been done'
like "$(tail -n 5 "$scratch/run/health.log")" '"event":"sandbox_off"' \
    'and the log says that there is none'

done_testing
