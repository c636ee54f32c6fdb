#!/bin/sh
# The FastCGI protocol: no bytes break a worker.
. "$(dirname "$0")/fuzz/check.sh"

fuzz_check fastcgi 2000
