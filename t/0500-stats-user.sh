#!/bin/sh
# Everybody's own statistics: the seven fields of the spec and three more,
# with the numbers that their reading gives.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

FIELDS='total_khatmas completed_khatmas total_chapters_read current_streak
    achievements_count completion_rate average_daily_chapters longest_streak
    distinct_chapters_read total_participants'

# numbers: all of them in the order of FIELDS, as they stand in the answer:
# jq would make 50 of 50.0.
numbers() {
	req GET /api/stats/user/ '' "$1"
	for name in $FIELDS; do
		grep -o "\"$name\": *[^,}]*" "$body" | sed 's/.*: *//'
	done | tr '\n' ' '
}

reader aisha
reader omar

is "$(numbers "$aisha_token")" '0 0 0 0 0 0.0 0.0 0 0 0 ' \
    'who has done nothing has nothing but zeros'
req GET /api/stats/user/ '' "$aisha_token"
wants 200 'and they are answered'
is "$(field 'keys_unsorted | sort | join(" ")')" \
    "$(echo "$FIELDS" | xargs -n 1 | sort | xargs)" \
    'the fields are these and no others'
req GET /api/stats/user/
wants 401 'without a token there is no answer'

# The example of the spec: 27 chapters, a streak of 5, 33.3 and 0.9. One more
# chapter lies just outside the 30 days.
# shellcheck disable=SC2046 # several words
past "$aisha_id" 1:1 2:2 3:3 4:4 $(seq -f '10:%.0f' 5 25) 29:26 30:26
group "$aisha_token"
join "$omar_token"
nearly_read 1 "$omar_id"
reads "$aisha_token" 30
group "$aisha_token"
own "$aisha_token"
is "$(numbers "$aisha_token")" '3 1 28 5 1 33.3 0.9 5 27 4 ' \
    'the numbers of the spec come out'

# Completions of others count for whoever took part in them.
is "$(numbers "$omar_token" | cut -d ' ' -f 1-3)" '1 1 29' \
    'he has completed the one khatma that he read in'
group "$omar_token"
join "$aisha_token"
nearly_read 1 "$omar_id"
reads "$omar_token" 30
is "$(numbers "$aisha_token" | cut -d ' ' -f 1,2,6)" '4 1 25.0' \
    'a khatma that others read does not count as completed'
is "$(numbers "$omar_token" | cut -d ' ' -f 1,2,6)" '2 2 100.0' \
    'but it does for its reader, and all is 100.0'

# A re-reading adds to the reader's own numbers and to no different juz.
own "$omar_token"
reads "$omar_token" 1
is "$(numbers "$omar_token" | cut -d ' ' -f 3,9)" '60 30' \
    'a juz that was read before is a chapter more and no new juz'
req POST "/api/khatmas/$khatma/sessions/" \
    '{"chapter_assigned": 2, "is_completed": false}' "$omar_token"
wants 201 'a chapter that was only begun'
is "$(numbers "$omar_token" | cut -d ' ' -f 3)" 60 'is not read yet'

# 1 of 16 is 6.25 %.
reader zaid
own "$zaid_token"
db "INSERT INTO khatmas (creator_id, name, search_text, khatma_type, division,
        target_days, start_date, chapters_total, chapters_free, created_at,
        updated_at)
    WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL
        SELECT i + 1 FROM n WHERE i < 15)
    SELECT creator_id, 'Copy', '', khatma_type, division, 30, start_date, 30,
        30, created_at, updated_at FROM khatmas, n WHERE khatmas.id = $khatma;
    INSERT INTO memberships SELECT id, creator_id, created_at FROM khatmas
    WHERE creator_id = $zaid_id AND name = 'Copy'"
nearly_read 1 "$zaid_id"
reads "$zaid_token" 30
is "$(numbers "$zaid_token" | cut -d ' ' -f 1,2,6)" '16 1 6.3' \
    'halves are rounded up'

done_testing
