#!/bin/sh
# How many statements a request makes: a read at most two, a search three, a
# list of khatmas one unless it is empty, a khatma's detail and the dashboard
# three, and a list of a hundred what a list of one does. Every worker writes the
# number into its log.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

# statements: those of the last request. Its line may be written a moment
# after its answer was sent.
statements() {
	id=$(header X-Request-Id)
	for _ in $(seq 100); do
		count=$(log_lines | grep "\"rid\":\"$id\"" | jq .sql)
		[ -z "$count" ] || break
		sleep 0.05
	done
	echo "$count"
}

# reading PATH MOST [TOKEN]: a GET makes at least one and at most so many.
reading() {
	req GET "$1" '' "${3:-$aisha_token}"
	[ "$status" = 200 ] || diag "$1: $status"
	like "$(statements)" "^[1-$2]\$" \
	    "GET $(echo "$1" | tr -s 0-9 N) makes at most $2 statements"
}

reader aisha
reader omar
group "$aisha_token"
join "$omar_token"
reads "$omar_token" 1
reads "$aisha_token" 2
req POST "/api/khatmas/$khatma/intentions/" '{"intention": ["a", "b"]}' \
    "$aisha_token"
req GET '/api/khatmas/?filter=my_khatmas' '' "$aisha_token"
is "$(field length)" 1 'a list of one khatma'
one=$(statements)

db "INSERT INTO khatmas (creator_id, name, search_text, khatma_type, division,
        target_days, start_date, participants_count, chapters_total,
        chapters_free, created_at, updated_at)
    WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL
        SELECT i + 1 FROM n WHERE i < 119)
    SELECT creator_id, 'Copy', '', khatma_type, division, 30, start_date, 1,
        30, 30, created_at, updated_at FROM khatmas, n
    WHERE khatmas.id = $khatma;
    INSERT INTO memberships SELECT id, creator_id, created_at FROM khatmas
    WHERE creator_id = $aisha_id AND name = 'Copy';
    INSERT INTO chapters (khatma_id, number) SELECT k.id, c.number
    FROM khatmas k JOIN chapters c ON c.khatma_id = $khatma
    WHERE k.creator_id = $aisha_id AND k.name = 'Copy'"
req GET '/api/khatmas/?filter=my_khatmas' '' "$aisha_token"
is "$(field length)" 100 'a list of a hundred'
is "$(statements)" "$one" 'makes as many statements'

for path in user/me/sessions/ 'khatmas/?filter=joinable' \
    'khatmas/?filter=completed' 'khatmas/?filter=my_khatmas&search=a' \
    'khatmas/?search=%25' "khatmas/$khatma/intentions/" \
    "khatmas/$khatma/sessions/" "khatmas/$khatma/sessions/?user=me" \
    'sessions/?user=me' "stats/user/$omar_id/" \
    "stats/khatma/$khatma/" achievements/ "achievements/user/$omar_id/" \
    health/ready/; do
	reading "/api/$path" 2
done
for path in user/me/ user/profile/ stats/user/ khatmas/ search/khatmas/ \
    'khatmas/?filter=my_khatmas' 'khatmas/?filter=public&page_size=1' \
    notifications/ 'notifications/?is_read=false'; do
	reading "/api/$path" 1
done
for path in 'khatmas/?search=a&ordering=name' 'search/khatmas/?q=a+b+c+d+e+f+g'
do
	reading "/api/$path" 3
done
reading "/api/khatmas/$khatma/" 3
reading /api/dashboard/ 3

reader nobody
reading '/api/khatmas/?filter=my_khatmas' 2 "$nobody_token"
is "$(statements)" 2 'an empty list asks once more who calls'
reading '/api/khatmas/?search=%21' 1
reading /api/dashboard/ 4 "$nobody_token"
is "$(statements)" 4 'and so does the dashboard of who has no khatma'

req GET /api/health/live/
is "$(statements)" 0 'whether a worker lives takes none'
req GET /api/khatmas/
wants 401 'a request without a token'
is "$(statements)" 0 'makes none either'
req GET '/api/khatmas/?page=x' '' "$aisha_token"
wants 400 'a parameter that is wrong'
is "$(statements)" 1 'is told to whom it is known who that is'

# A reading: the token; the khatma's lock, with its reader's and the chapter's, and
# what the reader has read; the session; chapter, khatma and reader; whom it tells.
# START TRANSACTION and COMMIT are not counted.
writing() {
	req POST "/api/khatmas/$khatma/sessions/" "$1" "$omar_token"
	is "$status $(statements)" "$2" "$3"
}
writing '{"chapter_assigned": 9, "is_completed": false}' '201 5' \
    'a reading is begun in five statements'
writing '{"chapter_assigned": 9}' '200 5' 'and brought to its end in five'
writing '{"chapter_assigned": 10}' '201 5' 'or both at once in five'
writing '{"chapter_assigned": 10}' '200 4' 'the same again makes four'

# What a key costs: to look, to take it, to keep the answer, to clean up.
make() {
	req POST /api/khatmas/ '{"name": "K"}' "$aisha_token" "$@"
}
make
one=$(statements)
make -H 'Idempotency-Key: k'
is "$(statements)" $((one + 4)) 'a request with a key makes four more'
make -H 'Idempotency-Key: k'
is "$(header Idempotency-Replayed) $(statements)" 'true 2' \
    'and one that is answered again makes two'

crowd 28
sed "s|.* |POST /api/khatmas/$khatma/join/ |" "$scratch/crowd" | together
diag 'with thirty members:'
reading "/api/khatmas/$khatma/" 3
reading "/api/stats/khatma/$khatma/" 2
reading /api/dashboard/ 3

is "$(log_lines | grep -c over_budget)" 0 \
    'no request of whomever has gone over its budget'

done_testing
