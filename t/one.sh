#!/bin/sh
# one.sh TEST - runs one test for prove and keeps a copy of its TAP and its exit
# status in the folder $RESULTS, where run.sh counts them.

copy=$RESULTS/${1##*/}.tap
case $1 in
*.sh)	set -- sh "$1" ;;
esac
# A test that hangs must not hold up the rest for ever.
{
	timeout -k 20 "${TEST_TIMEOUT:-600}" "$@"
	echo $? >"$copy.status"
} | tee "$copy"
exit "$(cat "$copy.status")"
