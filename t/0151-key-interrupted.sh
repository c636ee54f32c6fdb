#!/bin/sh
# A change of the key that was interrupted is taken up where it stopped, and
# one that not all workers have learned does not sign.
# shellcheck disable=SC2317 # functions that "ok" is given to call
. "$(dirname "$0")/tap.sh"
. "$(dirname "$0")/forge.sh"
. "$(dirname "$0")/keys.sh"

stack_private WORKERS=1
export KHATMA_CONF="$stack/khatma.conf"
key=$stack/jwt.key
new_user ali
# Fewer groups, so that it is done sooner.
spawn stop khatmas sessions stats achievements notifications dashboard

# Each state of the files that a rotation passes through, as if the machine
# had stopped there: $1 is the present key, $2 the next one.
interrupted() {
	rm -f "$key"*
	case $1 in
	made)		states='key=one next=two' ;;
	introduced)	states='key=one next=two other=two' ;;
	put-by)		states='key=one next=two other=two old=one' ;;
	swapping)	states='key=two next=two other=two old=one' ;;
	swapped)	states='key=two next=two other=one' ;;
	esac
	for state in $states; do
		name=$key.${state%=*}
		cp "$scratch/${state#*=}" "${name%.key}"
	done
	chmod 600 "$key"*
}

cp "$key" "$scratch/one"
printf '%064d' 2 >"$scratch/two"
one=$(kid_of "$scratch/one") two=$(kid_of "$scratch/two")
log_in
third=$token
for state in made introduced put-by swapping swapped; do
	interrupted "$state"
	ok "a rotation that stopped when $state goes on" spawn rotate-key
	is "$(kid_of "$key") $(kid_of "$key.other") $(cd "$stack" &&
	    echo jwt.key*)" "$two $one jwt.key jwt.key.other" 'to its end'
	looks "$third" 200 'and no token was lost'
	is "$(modes)" '600 regular file' 'nor is a key open to others'
done
interrupted swapping
ok 'a start puts right what would keep workers from starting' \
    spawn restart health
is "$(kid_of "$key") $(kid_of "$key.other")" "$two $one" 'with both keys'
spawn rotate-key
is "$? $(cd "$stack" && echo jwt.key*)" '0 jwt.key jwt.key.other' \
    'and the rotation may be ended then'

# A group whose program is missing cannot learn a new key.
log_in
mkdir "$scratch/bin"
cp "$BUILD"/bin/* "$scratch/bin"
rm "$scratch/bin/health"
touch -d '31 days ago' "$key.other"
KHATMA_BIN_DIR=$scratch/bin spawn rotate-key
is "$? $(kid_of "$key")" "1 $two" \
    'a key that not all workers have learned does not sign'
like "$(cat "$scratch/said")" 'not all workers know the new key' \
    'which is said'
looks "$token" 200 'and nobody has lost a login'
ok 'when they can, it goes on' spawn rotate-key
like "$(cat "$scratch/said")" 'going on with the rotation' 'which is said, too'
looks "$token" 200 'and still nobody has'
looks "$third" 401 'but who had been in with the key before the former one'

# Where systemd keeps the workers, it is asked to; what it would say is made up.
mkdir "$scratch/tools"
cat >"$scratch/tools/systemctl" <<END
#!/bin/sh
echo "\$*: \$(cd "$stack" && echo jwt.key*)" >>"$scratch/asked"
END
chmod 755 "$scratch/tools/systemctl"
spawn stop
touch -d '31 days ago' "$key.other"
PATH=$scratch/tools:$PATH spawn rotate-key
is "$?" 0 'the key is changed under systemd, too'
is "$(grep '^try-restart' "$scratch/asked")" \
    'try-restart khatma@*.service: jwt.key jwt.key.next jwt.key.other
try-restart khatma@*.service: jwt.key jwt.key.next jwt.key.other' \
    'which starts the units anew before the new key signs and after'

done_testing
