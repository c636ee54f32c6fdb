#!/bin/sh
# What a completion earned, its undo takes back, with the word of it; what is
# earned by other readings as well stays.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

earned() {
	req GET /api/achievements/ '' "$1"
	field '[.[].achievement_type] | sort | join(" ")'
}

# told TOKEN: what notifications there are of khatmas and achievements.
told() {
	req GET /api/notifications/ '' "$1"
	field '[.[] | select(.notification_type != "chapter_completed" and
	    .notification_type != "chapter_assigned")
	    | .notification_type] | sort | join(" ")'
}

undo() {
	req POST "/api/khatmas/$khatma/sessions/" '{"chapter_assigned": '"$2"',
	    "is_completed": false}' "$1"
	wants 200 "$3"
}

completed() {
	req GET /api/user/me/ '' "$1"
	field .total_khatmas_completed
}

all='achievement_earned khatma_completed'

reader aisha
reader omar
group "$aisha_token"
join "$omar_token"
nearly_read 2 "$aisha_id"
reads "$omar_token" 29
reads "$aisha_token" 30
is "$(earned "$omar_token") $(told "$omar_token") $(completed "$omar_token")" \
    "first_khatma $all 1" 'a khatma is completed'
undo "$aisha_token" 30 'its last chapter is undone'
is "$(field .is_completed)" false 'and only begun again'
for token in "$aisha_token" "$omar_token"; do
	is "$(earned "$token")$(told "$token")$(completed "$token")" 0 \
	    'the khatma has never been complete'
done
reads "$aisha_token" 30
for token in "$aisha_token" "$omar_token"; do
	is "$(earned "$token") $(told "$token") $(completed "$token")" \
	    "first_khatma $all 1" 'with the chapter it is again, once'
done

# Whose chapter it is makes no difference: the khatma is open again.
undo "$omar_token" 29 'another chapter is undone'
req GET "/api/khatmas/$khatma/" '' "$omar_token"
is "$(field '"\(.status) \(.chapters_completed)"')" 'active 29' \
    'which opens the khatma'
for token in "$aisha_token" "$omar_token"; do
	is "$(earned "$token")$(told "$token")$(completed "$token")" 0 \
	    'and takes back what its completion earned'
done
reads "$omar_token" 29
for token in "$aisha_token" "$omar_token"; do
	is "$(earned "$token") $(told "$token") $(completed "$token")" \
	    "first_khatma $all 1" 'until it is complete again'
done

# The second khatma holds what the first one earned.
reader zaid
group "$aisha_token"
join "$zaid_token"
nearly_read 1 "$zaid_id"
reads "$aisha_token" 30
undo "$aisha_token" 30 'of two khatmas one is opened'
is "$(earned "$aisha_token") $(completed "$aisha_token")" 'first_khatma 1' \
    'the other still holds the award'

reader seven
past "$seven_id" 1 2 3 4 5 6
own "$seven_token"
reads "$seven_token" 1
is "$(earned "$seven_token") $(told "$seven_token")" \
    'streak_7 achievement_earned' 'a chapter of today makes seven days'
undo "$seven_token" 1 'it is undone'
is "$(earned "$seven_token")$(told "$seven_token")" '' 'and the award with it'
reads "$seven_token" 1 2
undo "$seven_token" 1 'of two chapters of today one is undone'
is "$(earned "$seven_token")" streak_7 'the day stays read'
undo "$seven_token" 2 'the other, too'
is "$(earned "$seven_token")$(told "$seven_token")" '' \
    'and nothing holds the award'

reader steady
past "$steady_id" 1 2 3 4 5 7 8 9 10 11 13 14 15 16 17 19 20 21 22
own "$steady_token"
reads "$steady_token" 1
is "$(earned "$steady_token")" consistent_reader \
    'a chapter of today makes twenty days in four weeks'
undo "$steady_token" 1 'it is undone'
is "$(earned "$steady_token")$(told "$steady_token")" '' \
    'nineteen are not enough'

reader month
# shellcheck disable=SC2046 # several words
past "$month_id" $(seq 29)
own "$month_token"
reads "$month_token" 1
is "$(earned "$month_token")" 'consistent_reader streak_30 streak_7' \
    'a chapter of today makes thirty days'
undo "$month_token" 1 'it is undone'
is "$(earned "$month_token")" 'consistent_reader streak_7' \
    'twenty-nine are no thirty, but twenty and seven'

reader master
own "$master_token"
nearly_read 3 "$master_id"
reads "$master_token" 28
own "$master_token"
reads "$master_token" 29 30
is "$(earned "$master_token")" chapter_master 'all juz are read'
undo "$master_token" 29 'one of them is undone, not the last that was read'
is "$(earned "$master_token")" '' 'twenty-nine are not all'

reader fast
own "$fast_token" '"target_days": 30'
nearly_read 1 "$fast_id"
db "UPDATE khatmas SET start_date = '$(day 2)' WHERE id = $khatma;
    UPDATE sessions SET local_day = '$(day 0)' - INTERVAL chapter MOD 3 DAY
    WHERE khatma_id = $khatma"
reads "$fast_token" 30
is "$(earned "$fast_token")" 'chapter_master fast_reader first_khatma' \
    'a khatma was read fast'
undo "$fast_token" 30 'its last chapter is undone'
is "$(earned "$fast_token")$(told "$fast_token")" '' 'nothing of it is left'

reader guide
for _ in 1 2 3 4 5; do
	group "$guide_token"
	join "$aisha_token" "$omar_token"
	nearly_read 1 "$aisha_id" "$guide_id"
	reads "$omar_token" 30
done
is "$(earned "$guide_token")" 'first_khatma group_leader' \
    'five groups were led'
undo "$omar_token" 30 'a reader undoes a chapter of the last'
is "$(earned "$guide_token")" first_khatma 'then they were four'

done_testing
