#!/bin/sh
# test_decoders.sh - some of the random lists that tests/torture/group_decoders.sh has a million of.
. "$(dirname "$0")/lib.sh"

it 'decodes what it encoded, by every set of kernels'
run 0 "$bin/decoders" 1 1500
out_has '^lists 1500, empty [1-9][0-9]*, postings [1-9][0-9]{5,}, crc [0-9a-f]{8}, kernels [1-9]$'

it 'makes the same lists of a seed'
run 0 "$bin/decoders" 7 100
cp out first
run 0 "$bin/decoders" 7 100
same out first

finish
