#!/bin/sh
# The house stands as it was drawn: a foreign library is known to one file, no
# floor knows of one above it, and what the style forbids is nowhere.
. "$(dirname "$0")/tap.sh"

cd "$root" || exit 1

# includes FILE...: "file header" for each header that they include.
includes() {
	grep -HE '^[[:blank:]]*#[[:blank:]]*include' "$@" |
	    sed 's/^\([^:]*\):[^<"]*[<"]\([^>"]*\)[>"].*/\1 \2/'
}

# users_of REGEX: the files that include such a header, in a line.
users_of() {
	includes common/*.[ch] common/model/*.[ch] cgi-bin/*.c jobs/*.c |
	    grep -E " ($1)\$" | cut -d ' ' -f 1 | sort -u | tr '\n' ' '
}

# --- One file for each foreign library ---------------------------------------

is "$(users_of mysql.h)" \
    'common/db.c common/db_connect.c common/db_stmt.h ' \
    'mysql.h is for db.c, db_stmt.c and db_connect.c'
is "$(users_of '(mysqld_error|errmsg).h' | sed 's/common\/db_*[a-z]*\.c //g')" \
    '' "and its numbers for db's own files"
is "$(users_of fcgiapp.h | sed 's/common\/req\.c //')" 'common/serve.c ' \
    'fcgiapp.h is for serve.c, and for req.c at most'
is "$(users_of jwt.h)" 'common/token.c ' 'jwt.h is for token.c'
is "$(users_of 'openssl/.*')" 'common/passwd.c common/token_key.c ' \
    'OpenSSL is for passwd.c and token_key.c'
is "$(users_of 'cjson/.*')" 'common/json.c ' 'cJSON is for json.c'
is "$(users_of utf8proc.h)" 'common/utf8.c ' 'utf8proc is for utf8.c'
is "$(users_of argon2.h)" 'common/passwd.c ' 'argon2.h is for passwd.c'
is "$(users_of 'seccomp.h|linux/.*')" 'common/sandbox.c ' \
    'libseccomp and Landlock are for sandbox.c'
is "$(users_of 'curl/.*')" 'common/mail.c ' 'libcurl is for mail.c'
is "$(users_of 'fcgi_stdio.h|fcgi_config.h')" '' 'fcgi_stdio.h is for nobody'
is "$(includes common/*.[ch] common/model/*.[ch] cgi-bin/*.c jobs/*.c |
    awk '$2 !~ /^common\// { print $2 }' | sort -u |
    grep '/' | grep -vE '^(openssl|cjson|curl|sys|linux|sanitizer)/')" '' \
    'and there is no other'

# --- Floors ------------------------------------------------------------------

# below FORBIDDEN FILE...: lines that include what they should not.
below() {
	forbidden=$1
	shift
	includes "$@" | grep -E " ($forbidden)\$"
}

like "$(below 'common/model/.*' cgi-bin/users.c | head -n 1)" \
    '^cgi-bin/users.c common/model/' 'what is looked for can be found'
is "$(below 'common/model/.*|cgi-bin/.*|jobs/.*' common/*.[ch])" '' \
    'common/ does not know what a khatma is'
is "$(below 'common/(req|reply|route|serve|page|query).h|cgi-bin/.*' \
    common/model/*.[ch] jobs/*.c)" '' \
    'common/model/ and jobs/ do not know of requests'
is "$(below '.*\.c|cgi-bin/.*|jobs/.*' common/*.[ch] common/model/*.[ch] \
    cgi-bin/*.c jobs/*.c)" '' 'no program knows another one, and no file is included'
is "$(below 'common/(db|db_private|passwd|utf8).h' cgi-bin/*.c |
    grep -v '^cgi-bin/auth.c common/\(utf8\|passwd\).h$')" '' \
    'a handler does not know of the database'
is "$(below 'common/(json|field|db|passwd|token|req|reply|route|serve|page).h' \
    common/arena.[ch] common/buf.[ch] common/err.[ch] common/conf.[ch] \
    common/time.[ch] common/utf8.[ch])" '' \
    'the ground floor knows nothing above it'
is "$(below 'common/(req|reply|route|serve|page).h' common/db*.[ch] \
    common/json.[ch] common/passwd.[ch] common/token.[ch] \
    common/token_key.c)" '' \
    'the libraries know no requests'

# --- Words -------------------------------------------------------------------

# never NAME REGEX SAMPLE FILE...: the sample is what is meant, and no line of
# the files is like it.
never() {
	name=$1 regex=$2 sample=$3
	shift 3
	like "$sample" "$regex" "\"$sample\" would be found"
	is "$(grep -nE -e "$regex" "$@")" '' "$name"
}

set -- common/*.[ch] common/model/*.[ch] cgi-bin/*.c jobs/*.c
never 'no number is read without its errors' '\<ato(i|l|ll|f)\(' \
    'n = atoi(s);' "$@"
never 'nothing is copied without a bound' '\<(str(cpy|cat)|v?sprintf|gets)\(' \
    'strcpy(a, b);' "$@"
never 'nothing is cut into words in place' '\<str(tok|sep)\(' \
    'strtok(s, ",");' "$@"
never 'a key of JSON has its own letters' 'GetObjectItem($|[^C])' \
    'cJSON_GetObjectItem(v, "a")' "$@"
never 'no shell is called' '\<(system|popen|execl[a-z]*|execv[a-z]*)\(' \
    'system("ls");' "$@"
never 'no structure hides behind a name' '^typedef struct' \
    'typedef struct x x;' "$@"
never 'nobody leaves in the middle' '\<(exit|_exit|abort)\(' 'exit(1);' "$@"
never 'there is no block of memory but in the arena' '\<(strdup|asprintf)\(' \
    'strdup(s)' "$@"
never 'a handler has no SQL' '"(SELECT|INSERT|UPDATE|DELETE|REPLACE) ' \
    '"SELECT id FROM users"' cgi-bin/*.c jobs/*.c common/serve.c common/re*.c
never 'nothing is left for later' '\<(TODO|FIXME|XXX|HACK)\>' \
    '/* TODO: later */' "$@" schema.sql migrations/* scripts/* spawn.sh spawn/*
never 'the database runs no program of its own' \
    '\<(TRIGGER|PROCEDURE|EVENT|GET_LOCK|CASCADE|LOCK TABLES)\>' \
    'ON DELETE CASCADE' migrations/* common/model/*.c
for word in 'START TRANSACTION' COMMIT ROLLBACK; do
	is "$(cat "$@" | grep -cF "\"$word\"")" 1 \
	    "$word stands once in the program"
done

# --- Size --------------------------------------------------------------------

ok 'no function is longer than 60 lines' scripts/funclen.sh
is "$(wc -l "$@" spawn.sh spawn/*.sh scripts/*.sh t/*.sh |
    awk '$2 != "total" && $1 > 500')" '' \
    'no file is longer than 500 lines'
is "$(cat "$@" | grep -c '[[:blank:]]$')" 0 'no line ends in a blank'
for header in common/*.h common/model/*.h; do
	echo "$header: $(sed -n 's/^#ifndef //p' "$header" | head -n 1)"
done | sort -t : -k 2 | awk -F ': ' '$2 !~ /^KHATMA_/ || $2 == last
    { last = $2 }' >"$scratch/guards"
is "$(cat "$scratch/guards")" '' 'every header is guarded by its own name'

done_testing
