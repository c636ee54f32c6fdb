#!/bin/sh
# What the errors of the database mean to a client, each at the statement where
# it hurts: done once, not done, or nobody knows. (unit-db has them all, by the
# numbers; here they go through the real connector.)
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/faults.sh"
. "$(dirname "$0")/dbproxy.sh"

stack_proxied WORKERS=1
new_user ali
insert='^INSERT INTO khatmas '

# make NAME: a khatma; sets $status
make() {
	req POST /api/khatmas/ "{\"name\": \"$1\"}" "$ali_token"
}

rows() {
	db "SELECT COUNT(*) FROM khatmas WHERE name = '$1'"
}

# once NAME RULE SENTENCE: with this rule a khatma is made, once.
once() {
	rules "$2"
	make "$1"
	is "$status $(rows "$1")" '201 1' "$3"
	is "$(proxied ' ! ')" 1 'by way of the error'
}

make plain
wants 201 'a khatma is made'

# --- Done once ---------------------------------------------------------------

once a "error 1213 execute once $insert" \
    'a deadlock at a statement: the khatma is made, once'
is "$(proxied 'query ROLLBACK') $(proxied 'query COMMIT')" '1 1' \
    'after ROLLBACK, from the beginning'
once b 'error 1213 fetch once FROM khatmas' \
    'a deadlock in the middle of a result, too'
is "$(proxied 'query ROLLBACK') $(proxied 'query COMMIT')" '1 1' \
    'again from the beginning'
once c 'error 1213 query once ^COMMIT' 'a deadlock at COMMIT, too'
is "$(proxied 'query ROLLBACK') $(proxied 'query COMMIT')" '1 2' \
    'again from the beginning'
once d "error 1205 execute once $insert" 'a lock that is not given, too'
once e "cut before execute once $insert" \
    'a connection that breaks before a statement is made anew'
once f "cut answered execute once $insert" 'and one that breaks after it'
once g "error 1047 execute once $insert" \
    'a node that has left its cluster is left'
is "$(proxied ' connect$') $(proxied 'query ROLLBACK')" '1 0' \
    'by a new connection, and without another word'
once h "error 1290 execute once $insert" \
    'and so is a server that has become read-only'
is "$(proxied ' connect$') $(proxied 'query ROLLBACK')" '1 0' \
    'by a new connection, and without another word'

# --- Nobody knows ------------------------------------------------------------

# unknown NAME RULE ROWS SENTENCE
unknown() {
	rules "$2"
	make "$1"
	is "$status $(field .code) $(rows "$1")" "503 outcome_unknown $3" "$4"
	like "$(header Retry-After)" '^[0-9]+$' 'with Retry-After'
	is "$(proxied 'query COMMIT')" 1 'and COMMIT is sent once'
}

unknown k 'cut answered query once ^COMMIT' 1 \
    'COMMIT whose answer is lost: nobody knows; the khatma is there'
unknown l 'cut before query once ^COMMIT' 0 \
    'COMMIT that is lost itself: nobody knows; it is not there'
unknown m 'error 1180 query once ^COMMIT' 0 \
    'COMMIT that fails, who knows how far: nobody knows'

# --- Not done ----------------------------------------------------------------

# away NAME SENTENCE
away() {
	make "$1"
	is "$status $(field .code) $(rows "$1")" '503 database_unavailable 0' \
	    "$2"
	like "$(header Retry-After)" '^[0-9]+$' 'with Retry-After'
}

rules "error 1969 execute once $insert"
away n 'a statement that takes too long is not tried again'
is "$(proxied 'query START') $(proxied 'query ROLLBACK')" '1 1' \
    'but rolled back'
rules "error 1021 execute once $insert"
away o 'nor is one for which the disk is full'
is "$(proxied 'query START') $(proxied 'query ROLLBACK')" '1 1' \
    'but rolled back'
rules 'cut before execute once' 'error 1040 connect always'
away p 'when the database takes no more connections it is away'
is "$(proxied ' connect$')" 1 'and is asked once'
rules 'error 1045 login always'
away q 'so it is when it does not know us'
is "$(proxied ' connect$')" 1 'and is asked once'

# For ever: its deadline is a time, and how often that is depends on the machine.
rules "error 1213 execute always $insert"
away r 'a deadlock without end ends as 503, and nothing is changed'
ok 'it was tried more than once' [ "$(proxied "execute INSERT INTO khatmas")" \
    -gt 1 ]
is "$(proxied 'query ROLLBACK')" "$(proxied 'query START')" \
    'and each time rolled back'
is "$(proxied 'query COMMIT')" 0 'never written'

# --- Reads -------------------------------------------------------------------

rules 'error 1213 execute once FROM khatmas'
req GET /api/khatmas/ '' "$ali_token"
wants 200 'a read that was a victim of a deadlock is read again'
rules 'cut answered execute once FROM khatmas'
req GET /api/khatmas/ '' "$ali_token"
wants 200 'one whose connection breaks, too'
rules 'cut before fetch once FROM khatmas'
req GET /api/khatmas/ '' "$ali_token"
wants 200 'and one that breaks in the middle of its rows'
is "$(field 'map(select(.name == "a" or .name == "k")) | length')" 2 \
    'whole'

rules
make t
is "$status $(rows t)" '201 1' 'and then all is well again'
is "$(db 'SELECT COUNT(*) FROM khatmas')" 11 \
    'there is one khatma for each that was made'
done_testing
