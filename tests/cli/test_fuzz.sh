#!/bin/sh
# test_fuzz.sh - every input that the fuzzer's corpora keep.
. "$(dirname "$0")/lib.sh"

it 'survives all inputs of the fuzz corpora'
run 0 "$bin/fuzz-replay" "$root/tests/fuzz/corpus"
[ "$status" -eq 0 ] || fail "$(tail -n 12 err)"

it 'has inputs for every target'
out_has '^[1-9][0-9]* inputs of [1-9][0-9]* targets$'
out_lacks '^no corpus'

finish
