#!/bin/sh
# A reader completes chapters of two khatmas at once: each is counted with the
# other, whichever comes first.
# shellcheck disable=SC2030,SC2031 # subshells have files of their own
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"
. "$(dirname "$0")/faults.sh"

stack_private
reader aisha
own "$aisha_token"
other=$khatma
own "$aisha_token"
today=$(day 0)

# Another server's transaction, which has the reader, and no chapter yet.
hold "SELECT id FROM users WHERE id = $aisha_id FOR UPDATE"
(
	body=$scratch/second headers=$scratch/second.headers
	reads "$aisha_token" 30
) &
reading=$!
ok 'the second waits for its reader' wait_for waiting
cat >&8 <<-END
INSERT INTO sessions (khatma_id, division, chapter, user_id, is_completed,
    reading_date, local_day, counts_day, created_at)
    VALUES ($other, 'juz', 29, $aisha_id, TRUE, UTC_TIMESTAMP(6), '$today',
    TRUE, UTC_TIMESTAMP(6));
UPDATE chapters SET state = 'completed', reader_id = $aisha_id,
    claimed_at = UTC_TIMESTAMP(6), completed_at = UTC_TIMESTAMP(6),
    completed_day = '$today', session_id = LAST_INSERT_ID()
    WHERE khatma_id = $other AND number = 29;
UPDATE users SET chapters_read = 1, juz_read = 1, longest_streak = 1,
    streak_first_day = '$today', streak_last_day = '$today'
    WHERE id = $aisha_id;
COMMIT;
END
exec 8>&-
wait $reading
req GET /api/stats/user/ '' "$aisha_token"
is "$(field '"\(.total_chapters_read) \(.distinct_chapters_read)"')" '2 2' \
    'and then knows what the first has read'
is "$(field '"\(.current_streak) \(.longest_streak)"')" '1 1' \
    'and that the day has been counted'

done_testing
