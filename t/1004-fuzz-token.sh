#!/bin/sh
# The token verifier: no text breaks it, and none that is not signed is taken.
. "$(dirname "$0")/fuzz/check.sh"

fuzz_check token 15000
