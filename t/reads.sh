# shellcheck shell=sh
# reads.sh - what can be read: a request for each way of asking that the service
# answers by statements of its own. For tests and benches of what reading costs.
#
#	each_read KHATMA USER COMMON RARE
#			lines "NAME PATH", below api/; the numbers of a public
#			khatma and of somebody who takes part in one with the
#			asker, a word that many khatmas have in their names, and
#			one that few have

reads_orders='-created_at created_at -start_date start_date name -name'

each_read() {
	cat <<-END
	me user/me/
	profile user/profile/
	export user/me/export/
	logins user/me/sessions/
	detail khatmas/$1/
	intentions khatmas/$1/intentions/
	khatma-sessions khatmas/$1/sessions/
	khatma-own-sessions khatmas/$1/sessions/?user=me
	sessions sessions/
	stats-own stats/user/
	stats-user stats/user/$2/
	stats-khatma stats/khatma/$1/
	achievements achievements/
	achievements-user achievements/user/$2/
	notifications notifications/
	notifications-unread notifications/?is_read=false
	notifications-read notifications/?is_read=true
	dashboard dashboard/
	live health/live/
	ready health/ready/
	search-common search/khatmas/?q=$3
	search-rare search/khatmas/?q=$4
	search-none search/khatmas/?q=zzqqxx
	search-group search/khatmas/?q=$4&type=group
	search-all search/khatmas/
	END
	for reads_filter in all my_khatmas public joinable completed; do
		reads_lists "$reads_filter" "$3" "$4"
	done
}

# reads_lists FILTER COMMON RARE: in each order, and with each condition.
reads_lists() {
	reads_path="khatmas/?filter=$1"
	[ "$1" != all ] || reads_path='khatmas/?filter='
	for reads_order in $reads_orders; do
		echo "list-$1:$reads_order $reads_path&ordering=$reads_order"
		echo "list-$1:$reads_order:group" \
		    "$reads_path&ordering=$reads_order&khatma_type=group"
		case $1 in
		all | public)
			echo "list-$1:$reads_order:completed" \
			    "$reads_path&ordering=$reads_order&status=completed"
		esac
	done
	echo "list-$1:active $reads_path&status=active"
	echo "list-$1:completed $reads_path&status=completed"
	echo "list-$1:common $reads_path&search=$2"
	echo "list-$1:rare $reads_path&search=$3"
	echo "list-$1:none $reads_path&search=zzqqxx"
}
