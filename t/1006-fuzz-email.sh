#!/bin/sh
# E-mail addresses: no text breaks their reader.
. "$(dirname "$0")/fuzz/check.sh"

fuzz_check email 60000
