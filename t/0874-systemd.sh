#!/bin/sh
# The units for systemd: installed with their paths, right in its eyes, and as
# closed as they can be. What they start answers.

# shellcheck disable=SC2016 # dollars of the units
# shellcheck disable=SC2317 # functions that "until_true" is given to call
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/readme.sh"
. "$(dirname "$0")/sources.sh"

command -v systemd-analyze >/dev/null || skip_all 'there is no systemd'
export NO_COLOR=1 SYSTEMD_COLORS=0
groups='auth users khatmas sessions stats achievements notifications dashboard
    health'

until_true() {
	for _ in $(seq 300); do
		"$@" && return
		sleep 0.1
	done
	return 1
}

# --- Installing --------------------------------------------------------------

# A tree of its own, with what has been built, or make would build here again.
install_into() {
	(unset MAKEFLAGS MFLAGS MAKELEVEL
	    make -C "$scratch/khatma" BUILD="${BUILD##*/}" "$@" install)
}

copy_sources

prefix=$scratch/usr/local
units=$prefix/lib/systemd/system
ok 'make install installs the units' install_into PREFIX="$prefix"
ok 'below DESTDIR, too' install_into PREFIX=/opt/khatma \
    DESTDIR="$scratch/image"
is "$(sed -n 's/^ExecStart=.* -- \([^ ]*\).*/\1/p' \
    "$scratch/image/opt/khatma/lib/systemd/system/khatma@.service")" \
    /opt/khatma/lib/khatma/bin/%i 'they know where the programs will be'
is "$(grep -rl '@BIN@' "$scratch/image")" '' 'and nothing is left to fill in'
for group in $groups; do
	ok "$group is one of the target's" grep -q \
	    "^Wants=khatma@$group.socket khatma@$group.service\$" \
	    "$units/khatma.target"
	ok 'and has its program' test -x "$prefix/lib/khatma/bin/$group"
done

# --- What systemd says -------------------------------------------------------

for unit in khatma.target khatma@auth.service khatma@health.socket \
    khatma@users.service khatma-mail.service; do
	is "$(SYSTEMD_UNIT_PATH="$units:" systemd-analyze verify --man=no \
	    "$units/$unit" 2>&1)" '' "$unit has no fault"
done

# exposure UNIT: in tenths.
exposure() {
	systemd-analyze security --offline=true --no-pager "$1" |
	    sed -n 's/.*Overall exposure level.*: \([0-9]*\)\.\([0-9]\).*/\1\2/p' |
	    sed 's/^0*\(.\)/\1/'
}

for unit in khatma@.service khatma-mail.service; do
	score=$(exposure "$units/$unit")
	like "$score" '^[0-9]+$' "the exposure of $unit is known"
	ok "SEC-04: it is 1.0 or less ($score tenths)" test "$score" -le 10
done
echo '[Service]
ExecStart=/bin/true' >"$scratch/plain.service"
ok 'where that of a plain unit is above 9' test \
    "$(exposure "$scratch/plain.service")" -gt 90

# --- System calls ------------------------------------------------------------

# members GROUP: the system calls of systemd's group and the groups in it.
members() {
	systemd-analyze syscall-filter --no-pager "$1" |
	    sed -n 's/^    \([@a-z_0-9-]*\)$/\1/p' | while read -r member; do
		case $member in
		@*) members "$member" ;;
		*) echo "$member" ;;
		esac
	done
}

# filtered REGEX: the system calls of the lines of the filter that it fits.
filtered() {
	sed -n "s/^SystemCallFilter=$1/\\1/p" "$units/khatma@.service" |
	    tr ' ' '\n' | while read -r word; do
		case $word in
		@*) members "$word" ;;
		*) echo "$word" ;;
		esac
	done | sort -u
}

filtered '\([^~]\)' >"$scratch/let"
filtered '~\(\)' >"$scratch/withheld"
comm -23 "$scratch/let" "$scratch/withheld" >"$scratch/may"
isnt "$(wc -l <"$scratch/withheld")" 0 'some system calls are withheld'
{
	sed -n '/^static const char \*const allowed/,/^};/p' \
	    "$root/common/sandbox.c" | grep -o '"[a-z_0-9]*"'
	grep -o '^	{ "[a-z0-9]*"' "$root/common/sandbox.c" | cut -c 4-
	printf '"%s"\n' prctl seccomp landlock_create_ruleset execve clone \
	    landlock_add_rule landlock_restrict_self wait4 kill
} | tr -d '" ' | sort -u >"$scratch/needed"
is "$(comm -13 "$scratch/may" "$scratch/needed")" '' \
    'none of them is one that a worker or its master needs'

# --- What is started ---------------------------------------------------------

# The line of the unit, as systemd would run it for health.
line() {
	sed -n "s/^$1=//p" "$units/khatma@.service" | sed "s,%i,health,g
	    s,%d,$scratch/credentials,g; s,\${WORKERS},2,; s,\\\$\\\$,\$,g"
}

mkdir "$scratch/credentials"
grep -v '^KHATMA_JWT_KEY_FILE' "$stack/khatma.conf" \
    >"$scratch/credentials/khatma.conf"
cp "$stack/jwt.key" "$scratch/credentials/jwt.key"
other=$(sed -n 's/^SetCredential=jwt.key.other://p' "$units/khatma@.service")
is "$other" '\n' 'before there is another key systemd hands over a blank'
echo >"$scratch/credentials/jwt.key.other"
chmod 400 "$scratch/credentials"/*
key=$(line Environment | grep '^KHATMA_JWT_KEY_FILE=')
is "$key" "KHATMA_JWT_KEY_FILE=$scratch/credentials/jwt.key" \
    'a worker finds the key among its credentials'
# shellcheck disable=SC2046 # several words
systemd-socket-activate --inetd -l "$scratch/health.sock" -E "$key" \
    $(line ExecStart) </dev/null 2>"$scratch/health.log" 3>&- &
master=$!
trap 'result=$?; kill -TERM "$master" 2>/dev/null
    (exit $result); tap_end' EXIT

answer() {
	env -i PATH="$PATH" REQUEST_METHOD=GET \
	    SCRIPT_NAME=/api/health/ready/ timeout 10 cgi-fcgi -bind \
	    -connect "$scratch/health.sock" </dev/null 2>/dev/null |
	    head -n 1 | grep '^Status: 200 '
}

workers() {
	pgrep -P "$master" | xargs
}

others() {
	now=" $(workers) "
	[ "$(workers | wc -w)" = 2 ] || return
	for pid in $before; do
		case $now in
		*" $pid "*) return 1 ;;
		esac
	done
}

ok 'a listening socket is there' until_true test -S "$scratch/health.sock"
ok 'what is started by it answers' until_true answer
before=$(workers)
is "$(echo "$before" | wc -w)" 2 'with as many workers as were asked for'
reload=$(line ExecReload | sed "s/^[^']*'\(.*\)'\$/\1/")
ok 'a reload is told' env MAINPID="$master" sh -c "$reload"
ok 'and makes new workers' until_true others
ok 'which answer' answer
last="$master $(workers)"
kill -TERM "$master"
gone() {
	for pid in $last; do
		! kill -0 "$pid" 2>/dev/null || return 1
	done
}
ok 'and stop with their master' until_true gone

# --- The README --------------------------------------------------------------

section 'With systemd instead' >"$scratch/section"
isnt "$(wc -l <"$scratch/section")" 0 'the README has a section'
for word in $(grep -o 'khatma@*[a-z]*\*\{0,1\}\.[a-z]*' "$scratch/section" |
    grep -v conf | tr -d '*' | sort -u); do
	ok "it names a unit that is there: $word" test -e "$units/$word"
done
ok 'and a file for databases on another host' \
    install -D -m 644 "$root/systemd/tcp.conf" \
    "$units/khatma@.service.d/tcp.conf"
is "$(SYSTEMD_UNIT_PATH="$units:" systemd-analyze verify --man=no \
    "$units/khatma@users.service" 2>&1)" '' 'with which the units are right'

done_testing
