# shellcheck shell=sh
# shellcheck disable=SC2034,SC2154 # variables of those who read this, and theirs
# service.sh - a service of its own for a measurement. A bench is a shell script
# that begins with
#
#	. "$(dirname "$0")/service.sh"
#
# and then has $root, the source tree, $BUILD, where the programs are, $scratch,
# a folder for its files, $stack, the folder of the service, and
#
#	service_port		lets the service listen on $port, a free one of
#				127.0.0.1: for tools that know no unix socket.
#				Without, it is on $http_socket alone
#	service_up [DATADIR] [NAME=VALUE...]
#			starts it, with these settings of scripts/stack.sh.
#			DATADIR, a folder of a MariaDB that is not running,
#			becomes its own; without, its database is empty
#	service_memory DATADIR
#			prints settings of MariaDB with memory for all of it,
#			where there is enough
#	service_warm	reads every page of every index once
#	service_down	stops it. So does the end of the script, which calls
#			the command $service_before_end first, and takes the
#			folders away
#
#	ask METHOD PATH TOKEN [BODY [CURL-ARGUMENT...]]
#			a request below api/, '' for no token, no body; prints
#			the answer
#	sql		runs standard input as the owner of the database
#	accounts NAME N	NAME-1@example.com to NAME-N@example.com, all with the
#			password of the first, read-and-rise: to hash one for
#			each takes long
#	token_of ID	an access token for a user, good for a day, without a
#			login: the user is given a row of one
#	tokens_of	the same for each number of standard input: lines
#			"ID LOGIN TOKEN", in the order of the numbers
#	workers_of GROUP	the processes of its workers

set -eu
export LC_ALL=C

root=$(cd "$(dirname "$0")/../.." && pwd)
BUILD=$(readlink -m "${BUILD:-$root/build}")
export BUILD
scratch=$(mktemp -d /tmp/khatma-bench.XXXXXX)
stack=$scratch/stack
http_socket=$stack/http.sock
port=
service_before_end=:

# A port that is free now; nobody else gets it before a while has gone by.
service_port() {
	port=$(perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(
	    Listen => 1, LocalAddr => "127.0.0.1")->sockport')
}

service_stack() {
	service_command=$1 service_listen=unix:$http_socket
	shift
	[ -z "$port" ] || service_listen=127.0.0.1:$port
	env VAR="$stack" LISTEN="$service_listen" "$@" \
	    "$root/scripts/stack.sh" "$service_command" \
	    >"$scratch/stack.log" 2>&1 ||
		{ cat "$scratch/stack.log" >&2; return 1; }
}

service_up() {
	mkdir -p "$stack"
	case ${1-=} in
	*=*)	;;
	*)	[ "$1" = "$stack/db" ] || mv "$1" "$stack/db"
		shift ;;
	esac
	service_stack up "$@"
}

service_down() {
	service_stack down
}

service_memory() {
	service_data=$(du -sm "$1" | cut -f 1)
	service_most=$(awk '/^MemTotal:/ { print int($2 / 1024 * 0.6) }' \
	    /proc/meminfo)
	service_pool=$((service_data * 5 / 4 + 256))
	[ "$service_pool" -lt "$service_most" ] || service_pool=$service_most
	printf '%s\n' "innodb-buffer-pool-size=${service_pool}M" \
	    innodb-log-file-size=512M
	echo "the data: $service_data MiB, the database's memory:" \
	    "$service_pool MiB" >&2
}

service_warm() {
	sql <<-END >"$scratch/indexes"
	SELECT DISTINCT CONCAT('SELECT COUNT(*) FROM ', table_name,
	    ' FORCE INDEX (', index_name, ');')
	FROM information_schema.statistics WHERE table_schema = 'khatma';
	END
	sql <"$scratch/indexes" >/dev/null
}

service_end() {
	service_result=$?
	$service_before_end || :
	service_down || :
	rm -rf "$scratch"
	exit "$service_result"
}

ask() {
	ask_method=$1 ask_path=$2 ask_token=$3 ask_body=${4-}
	shift $(($# < 4 ? $# : 4))
	[ -z "$ask_token" ] || set -- -H "Authorization: Bearer $ask_token" "$@"
	[ -z "$ask_body" ] || set -- -H 'Content-Type: application/json' \
	    --data-raw "$ask_body" "$@"
	[ -n "$port" ] || set -- --unix-socket "$http_socket" "$@"
	curl -sS -m 20 -X "$ask_method" "$@" \
	    "http://127.0.0.1${port:+:$port}/api/$ask_path"
}

sql() {
	mariadb --no-defaults --socket="$stack/run/db.sock" -N khatma
}

accounts() {
	ask POST signup/ '' '{"fullname": "Reader",
	    "email": "'"$1"'-1@example.com", "password": "read-and-rise"}' \
	    >/dev/null
	sql <<-END
	INSERT INTO users (fullname, fullname_search, email, email_key,
	    password, password_changed_at, date_joined)
	SELECT fullname, fullname_search, CONCAT('$1-', seq, '@example.com'),
	    CONCAT('$1-', seq, '@example.com'), password,
	    password_changed_at, date_joined
	FROM users, seq_1_to_$2
	WHERE email_key = '$1-1@example.com' AND seq > 1;
	END
}

# "ID LOGIN" for each number of standard input, from new rows.
service_logins() {
	{
		echo 'CREATE TEMPORARY TABLE asked (n INT AUTO_INCREMENT
		    PRIMARY KEY, id BIGINT, KEY (id));'
		echo 'INSERT INTO asked (id) VALUES'
		sed 's/.*/(&)/; $! s/$/,/'
		echo ';'
		cat <<-END
		INSERT INTO logins (user_id, created_at, last_used_at)
		SELECT DISTINCT id, UTC_TIMESTAMP(6), UTC_TIMESTAMP(6)
		FROM asked;
		SELECT a.id, MAX(l.id) FROM asked a
		JOIN logins l ON l.user_id = a.id GROUP BY a.n, a.id
		ORDER BY a.n;
		END
	} | sql
}

tokens_of() {
	service_logins | perl -MDigest::SHA=hmac_sha256,sha256_hex \
	    -MMIME::Base64=encode_base64url -e '
		use strict;
		use warnings;
		open my $file, "<", shift or die "no key";
		chomp(my $key = <$file>);
		my $kid = substr sha256_hex("khatma-kid:$key"), 0, 16;
		my $head = encode_base64url(
		    qq({"alg":"HS256","kid":"$kid","typ":"JWT"}));
		my $now = time;
		while (<STDIN>) {
			my ($id, $login) = split;
			my $text = "$head." . encode_base64url(sprintf
			    q({"token_type":"access","exp":%d,"iat":%d,) .
			    q("jti":"%032x","user_id":"%d","sid":%d}),
			    $now + 86400, $now, $id, $id, $login);
			printf "%d %d %s.%s\n", $id, $login, $text,
			    encode_base64url(hmac_sha256($text, $key));
		}' "$stack/jwt.key"
}

token_of() {
	echo "$1" | tokens_of | cut -d ' ' -f 3
}

workers_of() {
	KHATMA_CONF=$stack/khatma.conf "$root/spawn.sh" status "$1" |
	    sed -n 's/.*workers \(.*[0-9]\).*/\1/p'
}

trap service_end EXIT
trap 'exit 1' HUP INT TERM
