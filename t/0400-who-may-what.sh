#!/bin/sh
# Who may do what: every address of a khatma, for its creator, a member, an
# outsider who is signed in, and nobody, in a public group, a group that is not
# public and a private khatma. What is refused changes nothing.
# shellcheck disable=SC2154 # new_user sets variables
. "$(dirname "$0")/tap.sh"

# What is asked, and the status for: creator, member, outsider, nobody
#	METHOD PATH		 public group group	   private  BODY
matrix() {
	cat <<-'END'
	GET    /                  200 200 200  200 200 403  200 403
	GET    /sessions/         200 200 200  200 200 403  200 403
	GET    /sessions/?user=me 200 200 200  200 200 403  200 403
	GET    /intentions/       200 200 403  200 200 403  200 403
	GET    /stats/            200 200 200  200 200 403  200 403
	PUT    /                  200 403 403  200 403 403  200 403  name
	PATCH  /                  200 403 403  200 403 403  200 403  name
	DELETE /                  204 403 403  204 403 403  204 403
	POST   /join/             400 400 201  400 400 403  400 403
	POST   /join/             400 400 201  400 400 403  400 403  code
	DELETE /leave/            200 200 404  200 200 403  200 403
	POST   /sessions/         201 201 403  201 201 403  201 403  read
	POST   /sessions/         201 201 403  201 201 403  201 403  begin
	POST   /intentions/       201 201 403  201 201 403  201 403  intend
	POST   /invitations/      201 403 403  201 403 403  400 403
	END
}

# fixture KIND: a new khatma of that kind
fixture() {
	case $1 in
	public)	type='"group", "is_public": true' ;;
	group)	type='"group"' ;;
	*)	type='"private"' ;;
	esac
	req POST /api/khatmas/ "{\"name\": \"K\", \"khatma_type\": $type}" \
	    "$creator_token"
	id=$(field .id)
	case $1 in
	public)	req POST "/api/khatmas/$id/join/" '' "$member_token" ;;
	group)	req POST "/api/khatmas/$id/invitations/" '' "$creator_token"
		req POST "/api/khatmas/$id/join/" \
		    "{\"invite_code\": \"$(field .invite_code)\"}" \
		    "$member_token" ;;
	esac
}

# All of the khatma that a request could change.
all() {
	db "SELECT name, creator_id, status, participants_count, chapters_free,
	    updated_at, (SELECT COUNT(*) FROM sessions
	    WHERE khatma_id = k.id), (SELECT COUNT(*) FROM intentions
	    WHERE khatma_id = k.id), (SELECT COUNT(*) FROM invitations
	    WHERE khatma_id = k.id) FROM khatmas k WHERE id = $id"
}

# ask ROLE STATUS: the request of the row, by one of the four
ask() {
	case $1 in
	creator)	token=$creator_token chapter=11 ;;
	member)		token=$member_token chapter=12 ;;
	outsider)	token=$outsider_token chapter=13 ;;
	*)		token='' chapter=14 ;;
	esac
	case $what in
	name)	json='{"name": "x"}' ;;
	code)	json='{"invite_code": "x"}' ;;
	read)	json="{\"chapter_assigned\": $chapter}" ;;
	begin)	json="{\"chapter_assigned\": $chapter,
		    \"is_completed\": false}" ;;
	intend)	json='{"intention": ["x"]}' ;;
	*)	json= ;;
	esac
	req "$method" "$target" "$json" "$token"
	wants "$2" "$kind, $1: $method $path $what"
}

# row ROLE STATUS...: those that are refused first
row() {
	case $path in
	/stats/)	target=/api/stats/khatma/$id/ ;;
	*)		target=/api/khatmas/$id$path ;;
	esac
	before=$(all)
	for turn in refused allowed; do
		for pair; do
			case ${pair#*:} in
			4*)	[ $turn = refused ] || continue ;;
			*)	[ $turn = allowed ] || continue ;;
			esac
			ask "${pair%:*}" "${pair#*:}"
		done
		[ $turn = allowed ] || [ "$method" = GET ] ||
			is "$(all)" "$before" \
			    "$kind: $method $path $what: refused is not done"
	done
}

new_user creator
new_user member
new_user outsider
matrix >"$scratch/matrix"
while read -r method path p1 p2 p3 g1 g2 g3 v1 v2 what; do
	kind=public
	fixture public
	row nobody:401 "outsider:$p3" "member:$p2" "creator:$p1"
	kind=group
	fixture group
	row nobody:401 "outsider:$g3" "member:$g2" "creator:$g1"
	kind=private
	fixture private
	row nobody:401 "outsider:$v2" "creator:$v1"
	# One that is not there is not there for anybody who is signed in.
	kind=missing id=999999999999
	row nobody:401 outsider:404
done <"$scratch/matrix"

done_testing
