# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2317 # what spawn.sh sets, reads and calls
# keys.sh - the keys that sign tokens; spawn.sh reads it.
#
# Workers sign with $KEY, and verify with it and with $KEY.other, if there is
# one. In the middle of a rotation there are $KEY.next, which is the new key,
# and for an instant $KEY.old, which is the one that has just signed its last.
# Each step puts a whole file in its place, and may be done twice.

find_key() {
	KEY=$(setting KHATMA_JWT_KEY_FILE /etc/khatma/jwt.key)
}

is_there() {
	[ -e "$1" ] || [ -L "$1" ]
}

# One who changes the keys at a time.
lock_keys() {
	exec 8<"$(dirname "$KEY")"
	flock -w "$PATIENCE" 8 ||
		die "somebody else is changing the keys at $KEY"
}

# own FILE [OWNER]: workers must be able to read it.
own() {
	user=$(worker_user)
	[ -n "$user" ] || return 0
	chown -h "${2-$user}:$(id -g "$user")" "$1"
}

# new_key FILE: where there is none yet. Under another name first, because two
# may be at it at once, and the machine may stop in the middle.
new_key() {
	draft=$(mktemp "$1.XXXXXX") || return 1	# which is 0600
	od -An -v -N32 -tx1 /dev/urandom | tr -d ' \n' >"$draft"
	[ "$(wc -c <"$draft")" = 64 ] && own "$draft" && sync "$draft" &&
		ln -T "$draft" "$1" 2>/dev/null
	made=$?
	rm -f "$draft"
	return "$made"
}

# put FILE PLACE: gives it this name, too, instead of what is there.
put() {
	! cmp -s "$1" "$2" || return 0
	ln -fT "$1" "$2.put" && mv -fT "$2.put" "$2"
}

# Until the former key is in its place, both would be the same.
finish_swap() {
	if is_there "$KEY.old" && cmp -s "$KEY" "$KEY.next"; then
		mv -fT "$KEY.old" "$KEY.other"
	fi
}

need_key() {
	find_key
	folder=$(dirname "$KEY")
	[ -d "$folder" ] ||
		(mkdir -m 750 "$folder" && own "$folder" root) ||
		[ -d "$folder" ] ||	# made by another start meanwhile
		die "cannot make $folder for the key"
	! is_there "$KEY.old" || (lock_keys; finish_swap) || exit 1
	if ! is_there "$KEY"; then
		new_key "$KEY" && say "made the key $KEY" || is_there "$KEY" ||
			die "cannot make the key $KEY"
	fi
}

# Whether systemd keeps the workers.
units_run() {
	command -v systemctl >/dev/null &&
		systemctl is-active --quiet 'khatma@*.service' 2>/dev/null
}

# systemd reads the keys when it starts a unit; the sockets stay open.
reload_running() {
	set --
	for group in $ALL; do
		! keeper_runs "$group" || set -- "$@" "$group"
	done
	if units_run; then
		systemctl try-restart 'khatma@*.service' || return 1
		say 'systemd has restarted the workers'
	elif [ $# -eq 0 ]; then
		say 'no workers run'
	fi
	[ $# -eq 0 ] || reload "$@"
}

# Seconds until what the former key has signed is over; 0 or less: it is.
former_key_lives() {
	is_there "$KEY.other" || { echo 0; return; }
	echo $(($(stat -c %Y "$KEY.other") - $(date +%s) +
	    $(setting KHATMA_REFRESH_TTL 2592000)))
}

# Whoever loses by a rotation at this time is asked for before it.
may_rotate() {
	[ "$(setting KHATMA_JWT_SHARED off)" = off ] ||
		die 'the key is shared with a service that knows no other.' \
		    'With --force it is changed; then give it the new one'
	[ "$(former_key_lives)" -le 0 ] ||
		die 'tokens of the former key are good for' \
		    "$(former_key_lives) seconds. With --force they end now;" \
		    'with --now those of the present key, too'
}

# All workers know the new key before anything is signed with it.
introduce_key() {
	if is_there "$KEY.next"; then
		say 'going on with the rotation that was interrupted'
	else
		[ "$1" = --force ] || may_rotate
		new_key "$KEY.next" || die "cannot make $KEY.next"
	fi
	! cmp -s "$KEY" "$KEY.next" || return 0
	put "$KEY.next" "$KEY.other" || die "cannot make $KEY.other"
	reload_running || die 'not all workers know the new key, so it does' \
		'not sign yet. When they run, rotate-key goes on from here'
}

# The time of a file is when its key has signed its last.
swap_keys() {
	if ! cmp -s "$KEY" "$KEY.next"; then
		ln -fT "$KEY" "$KEY.old" || die "cannot make $KEY.old"
		touch -h "$KEY.old"
		put "$KEY.next" "$KEY" || die "cannot change $KEY"
	fi
	finish_swap || die "cannot make $KEY.other"
}

# The new key signs in all workers, and is nothing new any more.
settle_key() {
	reload_running || die 'not all workers sign with the new key.' \
		'When they run, rotate-key goes on from here'
	rm -f "$KEY.next"
}

# --now: of the former keys nothing stays.
revoke_keys() {
	rm -f "$KEY.next"
	new_key "$KEY.next" || die "cannot make $KEY.next"
	rm -f "$KEY.other" "$KEY.other.put" "$KEY.old"
	put "$KEY.next" "$KEY" || die "cannot change $KEY"
	settle_key
	say "the new key $KEY signs, and no former one is good any more"
}

rotate_key() {
	case $#${1-} in
	0 | 1--force | 1--now) ;;
	*) usage ;;
	esac
	need_tools
	find_key
	is_there "$KEY" || die "there is no key $KEY: start makes it"
	lock_keys
	[ "${1-}" != --now ] || { revoke_keys; return; }
	introduce_key "${1-}"
	swap_keys
	settle_key
	say "the new key $KEY signs; what the former one signed stays good"
}
