#!/bin/sh
# Routes and query strings: no address breaks them.
. "$(dirname "$0")/fuzz/check.sh"

fuzz_check path 50000
