#!/bin/sh
# deps.sh [test] [lint] [fuzz] [cover] [scan] [bench] - see to it that the
# Debian packages are there: those for building and running, with "test" also
# those for "make check", with "lint" also those for "make lint" and "make
# valgrind", with "fuzz" also those for "make fuzz", with "cover" for "make
# cover", with "scan" for t/scan.sh, with "bench" for "make bench".
#
# Silent when nothing is missing. Root, or who may sudo without a password, gets
# the missing ones installed; anybody else is told the command.

set -eu
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

packages='make libc6-dev pkg-config libfcgi-dev libfcgi-bin libcjson-dev
libmariadb-dev libssl-dev libjwt-dev libargon2-dev libutf8proc-dev
libseccomp-dev libcurl4-openssl-dev spawn-fcgi multiwatch curl jq procps
tzdata util-linux'
# What several packages offer; the first word is the program to look for.
programs='cc=gcc nginx=nginx-light mariadbd=mariadb-server-core
mariadb=mariadb-client-core openssl=openssl'
# On a system without dpkg only these can be looked for.
commands='make pkg-config cgi-fcgi spawn-fcgi multiwatch curl jq pgrep'
libraries='libcjson libmariadb libcrypto libjwt libargon2 libutf8proc
libseccomp libcurl'

for purpose in "$@"; do
	case $purpose in
	test)	packages="$packages perl apache2-bin mariadb-client systemd
		clang libclang-rt-dev libio-socket-ssl-perl strace
		galera-4 mariadb-server haproxy rsync stunnel4 socat lsof
		iproute2 faketime valgrind wrk"
		commands="$commands prove faketime mariadb-dump systemd-analyze
		wrk" ;;
	fuzz)	packages="$packages clang libclang-rt-dev llvm afl++" ;;
	lint)	packages="$packages clang-tidy cppcheck shellcheck valgrind" ;;
	scan)	packages="$packages sqlmap wapiti testssl.sh slowhttptest wrk"
		commands="$commands sqlmap wapiti testssl slowhttptest wrk" ;;
	cover)	packages="$packages gcovr"
		commands="$commands gcovr" ;;
	bench)	packages="$packages wrk php8.2-fpm php8.2-mysql php8.2-opcache
		nodejs gunicorn python3-django python3-djangorestframework
		python3-mysqldb python3-jwt"
		programs="$programs npm=npm"
		commands="$commands wrk php-fpm8.2 node npm gunicorn" ;;
	esac
done

have() {
	command -v "$1" >/dev/null
}

missing_programs() {
	for pair in $programs; do
		have "${pair%%=*}" || echo "${pair#*=}"
	done
}

missing_packages() {
	# shellcheck disable=SC2086 # several words
	there=" $(dpkg-query -W -f '${Package}=${db:Status-Status} ' $packages \
	    2>/dev/null || :)"
	for package in $packages; do
		case $there in
		*" $package=installed "*) ;;
		*) echo "$package" ;;
		esac
	done
	missing_programs
}

missing_elsewhere() {
	for command in $commands; do
		have "$command" || echo "$command"
	done
	for library in $libraries; do
		pkg-config --exists "$library" 2>/dev/null || echo "$library"
	done
	missing_programs
}

# Debian starts and enables a server when it is installed, and nginx would take
# port 80. Where there was none before, we forbid that for the length of
# the installation by policy-rc.d, which is the interface made for it
# (invoke-rc.d(8)), and disable the service. A policy of the administrator's
# own is left to decide.
servers_of() {
	for package in "$@"; do
		case $package in
		nginx-light)	echo nginx ;;
		mariadb-server)	echo mariadb ;;
		haproxy | rsync | stunnel4 | php8.2-fpm) echo "$package" ;;
		esac
	done
}

install_quietly() {
	policy=/usr/sbin/policy-rc.d
	[ -e $policy ] && return
	# shellcheck disable=SC2016 # for the file, not for us
	printf '#!/bin/sh\ncase $1 in\n%s) exit 101 ;;\nesac\n' \
	    "$(echo "$@" | sed 's/ /|/g')" |
	    $sudo tee $policy >/dev/null
	$sudo chmod 755 $policy
	trap '$sudo rm -f $policy' EXIT
	trap 'exit 1' INT TERM
}

install_packages() {
	echo "deps: installing $*" >&2
	servers=$(servers_of "$@")
	# shellcheck disable=SC2086 # several words
	[ -z "$servers" ] || install_quietly $servers
	$sudo apt-get update -qq || echo 'deps: going on with old lists' >&2
	$sudo env DEBIAN_FRONTEND=noninteractive \
	    apt-get install -y -qq --no-install-recommends "$@" >&2
	for server in $servers; do
		$sudo update-rc.d "$server" disable >&2 || :
	done
}

if ! have dpkg-query; then
	missing=$(missing_elsewhere | tr '\n' ' ')
	[ -z "$missing" ] || { echo "deps: missing: $missing" >&2; exit 1; }
	exit 0
fi

missing=$(missing_packages | tr '\n' ' ')
[ -n "$missing" ] || exit 0
sudo=''
if [ "$(id -u)" != 0 ]; then
	sudo='sudo -n'
	if ! have sudo || ! sudo -n true 2>/dev/null; then
		echo "deps: packages are missing; as root, run" >&2
		echo "    apt-get install --no-install-recommends $missing" >&2
		exit 1
	fi
fi
# shellcheck disable=SC2086 # several words
install_packages $missing
