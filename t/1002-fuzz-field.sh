#!/bin/sh
# The field decoder: no object breaks it.
. "$(dirname "$0")/fuzz/check.sh"

fuzz_check field 50000
