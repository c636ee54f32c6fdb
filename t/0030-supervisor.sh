#!/bin/sh
# spawn.sh: starts, proves, replaces and stops workers.
# shellcheck disable=SC2317 # functions that "wait_for" is given to call
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/faults.sh"

stack_private WORKERS=2
export KHATMA_CONF="$stack/khatma.conf"

spawn() {
	"$root/spawn.sh" "$@" 2>&1
}

health_answers() {
	req GET /api/health/live/ 2>/dev/null
	[ "$status" = 200 ]
}

others_than() {
	now=$(workers "$1")
	[ -n "$now" ] && [ "$now" != "$2" ]
}

# ask COUNT: requests one after the other; prints those that did not get 200.
ask() {
	curl -s -m 20 --unix-socket "$stack/http.sock" -o /dev/null \
	    -w '%{http_code}\n' "http://localhost/api/health/live/?[1-$1]" |
	    grep -v '^200$'
}

is "$(spawn status | grep -c ' runs: keeper [0-9]*, workers [0-9]')" 9 \
    'status has a line for each group'
ok 'and its exit status says that they run' spawn status
is "$(workers khatmas | wc -w)" 2 'as many workers as were asked for'
wanted=$(($(nice) + 10))
is "$(ps -o ni= -p "$(workers auth | cut -d ' ' -f 1)" | tr -d ' ')" \
    "$((wanted < 19 ? wanted : 19))" \
    'AUTH-04: hashing steps back behind everything else'

before=$(workers health)
KHATMA_DB_PASSWORD=not-to-be-seen spawn start >/dev/null
is "$(workers health)" "$before" 'start twice leaves the workers alone'

KHATMA_DB_PASSWORD=not-to-be-seen spawn restart health >/dev/null
health=$(workers health)
isnt "$health" "$before" 'restart makes new ones'
is "$(tr '\0' '\n' <"/proc/${health%% *}/environ" | grep -c PASSWORD)" 0 \
    'and no password is in their environment'

(ask 2000 >"$scratch/lost") &
spawn reload health >/dev/null
spawn reload health >/dev/null
wait
is "$(wc -l <"$scratch/lost")" 0 'reload loses no request'
isnt "$(workers health)" "$health" 'and makes new workers'

victim=$(workers health)
kill -KILL "${victim%% *}"
ok 'a worker that was killed is replaced' wait_for others_than health "$victim"
ok 'and the next one answers' wait_for health_answers

kill -KILL "$(cat "$stack/run/health.master")"
wait_for others_than health "$victim" >/dev/null
ok 'a master that was killed is replaced' \
    wait_for test -e "$stack/run/health.master"
ok 'and the service is back' wait_for health_answers

kill -KILL "$(cat "$stack/run/health.pid")"
is_down() {
	spawn status health | grep -q 'is down'
}
ok 'a keeper that was killed is missed' wait_for is_down
spawn start health >/dev/null
ok 'start puts another in its place' spawn status health
ok 'and the service is back' wait_for health_answers

last=$(cat "$stack/run/health.pid" "$stack/run/health.master" | tr '\n' ,)
last=$last$(workers health | tr -d ' ')
spawn stop health >/dev/null
spawn status health >/dev/null
is $? 3 'a group that was stopped is down'
is "$(ps -o stat= -p "$last" | grep -vc '^Z')" 0 \
    'with its keeper, master and workers'
spawn stop health >/dev/null
is $? 0 'stop twice is harmless'

spawn start nothing >/dev/null
is $? 1 'there is no group by any name'
spawn >/dev/null
is $? 2 'without a command it says how it is used'

# Programs that cannot run.
mkdir "$scratch/bin" "$scratch/broken"
printf '#!/bin/sh\necho "a word of despair" >&2\nsleep 1\nexit 1\n' \
    >"$scratch/bin/health"
chmod +x "$scratch/bin/health"
cat >"$scratch/broken.conf" <<END
KHATMA_BIN_DIR=$scratch/bin
KHATMA_RUN_DIR=$scratch/broken
KHATMA_LOG_DIR=$scratch/broken
KHATMA_JWT_KEY_FILE=$scratch/broken/jwt.key
END
export KHATMA_CONF="$scratch/broken.conf"
said=$(spawn start health)
is $? 1 'a program that dies at once is not called up'
like "$said" "$scratch/broken/health.log" 'the log is named'
like "$said" 'a word of despair' 'and its end is shown'
is "$(spawn status health)" 'khatma: health is down' 'nothing is left running'
like "$(spawn start users)" 'users is missing' 'a missing program is named'
like "$(spawn check health)" 'health -t failed' 'check says whose is not right'

done_testing
