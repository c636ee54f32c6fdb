#!/bin/sh
# All notifications are marked as read many times at once, while new ones are
# made: each is marked once, and nobody waits in vain.
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/history.sh"

codes() {
	cut -d ' ' -f 2 "$answers/codes" | sort | uniq -c | xargs
}

updated() {
	cat "$answers"/[0-9]* | jq -s 'map(.updated // 0) | add'
}

mark() {
	yes "PATCH /api/notifications/mark-all-read/ $aisha_token" |
	    head -n "$1"
}

unread() {
	req GET /api/notifications/?is_read=false '' "$aisha_token"
	header X-Total-Count
}

reader aisha
reader omar
group "$aisha_token"
join "$omar_token"

for chapter in $(seq 15); do
	printf 'POST /api/khatmas/%d/sessions/ %s {"chapter_assigned": %d}\n' \
	    "$khatma" "$omar_token" "$chapter"
done | together
is "$(codes) $(unread)" '15 201 15' 'fifteen chapters are told of'
mark 20 | together
is "$(codes)" '20 200' 'all are marked as read twenty times at once'
is "$(updated)" 15 'fifteen are marked, each once'
is "$(unread)" 0 'and none is left'

{
	mark 20
	for chapter in $(seq 16 29); do
		printf '%s /api/khatmas/%d/sessions/ %s {"%s": %d}\n' POST \
		    "$khatma" "$omar_token" chapter_assigned "$chapter"
	done
} | together
is "$(codes)" '20 200 14 201' 'they are marked while new ones are made'
is "$(($(updated) + $(unread)))" 14 'each new one is marked or unread'

req GET /api/notifications/ '' "$aisha_token"
id=$(field '.[0].id')
yes "PATCH /api/notifications/$id/read/ $aisha_token" | head -n 20 | together
is "$(codes)" '20 200' 'one is marked twenty times at once'
mark 1 | together
is "$(unread)" 0 'then all are read'
is "$(fsck "$khatma" "$aisha_id $omar_id")" '' 'and all rules hold'

done_testing
