#!/bin/sh
# Whole requests, with every answer of a database: none breaks a program.
. "$(dirname "$0")/fuzz/check.sh"

fuzz_check request 2000
