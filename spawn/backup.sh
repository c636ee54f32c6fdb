# shellcheck shell=sh
# shellcheck disable=SC2154,SC2034,SC2317 # what spawn.sh sets, reads and calls
# backup.sh - a copy of the database in a file, and back; spawn.sh reads it.
#
# A copy is what mariadb-dump writes, between two lines of ours: the first says
# which schema it has, and the last that mariadb-dump ended well.

HEAD='-- khatma backup: schema'
TAIL='-- khatma backup: whole'

# packer FILE: the program that its name asks for.
packer() {
	case $1 in
	*.gz)	set -- gzip ;;
	*.zst)	set -- 'zstd -q' ;;
	*.xz)	set -- xz ;;
	*)	set -- cat ;;
	esac
	command -v "${1%% *}" >/dev/null || die "${1%% *} is not installed"
	echo "$1"
}

pack() {
	if [ "$packer" = cat ]; then
		cat
	else
		$packer -c
	fi
}

unpack() {
	if [ "$packer" = cat ]; then
		cat "$1"
	else
		$packer -dc "$1"
	fi
}

# Rows as of one instant, without a lock that others would wait for; nothing in
# it drops or locks anything when it is loaded.
dump() {
	# shellcheck disable=SC2086 # several words
	"$dumper" $arguments $where --single-transaction --quick \
	    --skip-lock-tables --skip-add-locks --skip-add-drop-table \
	    --skip-disable-keys --no-tablespaces --skip-triggers --hex-blob \
	    --default-character-set=utf8mb4 --comments --dump-date "$database"
}

# With the schema locked, so that it stays the version that the head says.
write_backup() {
	printf '%s %s, %s\n' "$HEAD" "$1" "$(date -u '+%F %T UTC')" &&
		dump && printf '%s\n' "$TAIL"
}

# Whether FILE can be read to its end, and that is the end of a backup.
is_whole() {
	[ "$packer" = cat ] || $packer -t "$1" || return 1
	unpack "$1" | tail -n 2 | tr '\n' ' ' |
	    grep -q "^-- Dump completed[^-]*.* $TAIL \$"
}

may_write() {
	[ "$1" != - ] || return 0
	[ ! -d "$1" ] || die "$1 is a folder: name a file in it"
	[ -n "$force" ] || [ ! -e "$1" ] ||
		die "$1 is there already, and stays as it is. With --force it" \
		    'is replaced when the new one is whole'
}

# Under another name, until it is known to be whole and on the disk.
save() {
	draft=$(umask 077 && mktemp "$1.XXXXXX") ||
		die "cannot write in the folder of $1"
	trap 'rm -rf "$work" "$draft"' EXIT
	write_backup "$2" | pack >"$draft" ||
		die "cannot write $1: is the disk full?"
	sync "$draft" || die "cannot write $1"
	is_whole "$draft" || die 'the backup is not whole (see above), and' \
		'was thrown away'
	mv -fT "$draft" "$1" || die "cannot write $1"
	sync "$(dirname "$1")"
}

backup() {
	force=
	[ "${1-}" != --force ] || { force=1; shift; }
	case $#${1-} in
	1 | 1-?* | [!1]*) usage ;;
	esac
	begun=$(date +%s)
	may_write "$1"
	packer=$(packer "$1") || exit 1
	find_database
	dumper=$(find_program mariadb-dump mysqldump) || exit 1
	lock_schema "$PATIENCE"
	version=$(version_of_database) ||
		die "$database has no tables of khatma"
	if [ "$1" = - ]; then
		write_backup "$version" || die 'the backup is not whole'
		return
	fi
	save "$1" "$version"
	say "saved $database in $1: schema $version," \
	    "$(stat -c %s "$1" | numfmt --to=iec) bytes," \
	    "$(($(date +%s) - begun)) seconds"
}

# --- And back ----------------------------------------------------------------

# Sets $version to that of the schema in FILE.
need_backup() {
	[ -r "$1" ] || die "there is no file $1 to be read"
	version=$(unpack "$1" 2>/dev/null | head -n 1 |
	    sed -n "s/^$HEAD \([1-9][0-9]*\), .*/\1/p")
	[ -n "$version" ] || die "$1 is not a backup of khatma"
	is_whole "$1" || die "$1 is damaged or not whole: nothing was loaded"
	[ "$version" -le "$(latest_version)" ] ||
		die "$1 has schema $version, and this release knows no later" \
		    "one than $(latest_version): install the release that it" \
		    'is from'
}

need_empty() {
	tables=$(tables_of_database) ||
		die 'If it is not there, make an empty one:' \
		    "CREATE DATABASE $database" \
		    'CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci'
	[ -z "$tables" ] || die "the database $database is not empty: nothing" \
		'was loaded, for that would mix two databases.' \
		'KHATMA_DB_NAME=ANOTHER restores into another'
}

# What cannot be unpacked must not seem to have been loaded.
load() {
	{ unpack "$1"; echo $? >"$work/unpacked"; } | sql &&
		[ "$(cat "$work/unpacked")" = 0 ] &&
		[ "$(version_of_database)" = "$version" ]
}

restore() {
	[ $# -eq 1 ] || usage
	begun=$(date +%s)
	packer=$(packer "$1") || exit 1
	need_backup "$1"
	find_database
	need_empty
	lock_schema "$PATIENCE"
	need_empty
	load "$1" || die "$database has got a part of $1 only (see above)." \
		"To begin anew, drop $database, make it again, and restore"
	say "restored $1 into $database: schema $version," \
	    "$(($(date +%s) - begun)) seconds"
	if [ "$version" -lt "$(latest_version)" ]; then
		say 'it is of an older release: now migrate, then fsck'
	else
		check_rules || die "$database is as it was when it was saved," \
		    'but that was not right'
		say 'all rules hold'
	fi
}
