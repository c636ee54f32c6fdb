#!/bin/sh
# The JSON reader: no body breaks it.
. "$(dirname "$0")/fuzz/check.sh"

fuzz_check json 60000
