#!/bin/sh
# group_leader: five completed groups of which one is the creator, each with
# three readers or more.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

has_it() {
	req GET /api/achievements/ '' "$1"
	field '[.[] | select(.achievement_type == "group_leader")] | length'
}

# led READER...: a group of hers that these people read, the last chapter by
# the last of them, who is also the token's owner.
led() {
	group "$aisha_token"
	join "$omar_token" "$zaid_token"
	nearly_read 1 "$@"
	reads "$omar_token" 30
}

reader aisha
reader omar
reader zaid

for _ in 1 2 3 4; do
	led "$aisha_id" "$zaid_id" "$omar_id"
done
is "$(has_it "$aisha_token")" 0 'four groups are not enough'

led "$aisha_id" "$omar_id"
is "$(has_it "$aisha_token")" 0 'one with two readers and a third member'
own "$aisha_token"
nearly_read 1 "$aisha_id"
reads "$aisha_token" 30
is "$(has_it "$aisha_token")" 0 'and a private khatma do not count'

group "$omar_token"
join "$aisha_token" "$zaid_token"
nearly_read 1 "$aisha_id" "$zaid_id"
reads "$omar_token" 30
is "$(has_it "$aisha_token")" 0 "nor does somebody else's"

group "$aisha_token"
join "$omar_token" "$zaid_token"
nearly_read 1 "$aisha_id" "$zaid_id"
is "$(has_it "$aisha_token")" 0 'the fifth while a chapter is open'
reads "$omar_token" 30
is "$(has_it "$aisha_token")" 1 'the fifth, completed by another reader, does'
is "$(field '.[0] | "\(.achievement_type) \(.khatma)"')" \
    "group_leader $khatma" 'with that khatma'
is "$(has_it "$omar_token")" 0 'it is of the creator, not of the readers'
req GET /api/notifications/ '' "$aisha_token"
is "$(field '[.[] | select(.title == "Group Leader")] | length')" 1 \
    'who is told'

led "$aisha_id" "$zaid_id" "$omar_id"
is "$(has_it "$aisha_token")" 1 'a sixth gives no second one'

# The creator need not read: three others are three readers.
reader guide
reader third
for _ in 1 2 3 4 5; do
	group "$guide_token"
	join "$omar_token" "$zaid_token" "$third_token"
	nearly_read 1 "$third_id" "$zaid_id"
	reads "$omar_token" 30
done
is "$(has_it "$guide_token")" 1 'a creator who let others read has it, too'

done_testing
