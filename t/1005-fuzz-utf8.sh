#!/bin/sh
# Text: no bytes break what is done with it.
. "$(dirname "$0")/fuzz/check.sh"

fuzz_check utf8 60000
