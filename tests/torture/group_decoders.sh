#!/bin/bash
# group_decoders.sh - bar 27: random lists through the codec and back, with every set of
# kernels. LISTS=1000000, SEED=1.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 1
lists=${LISTS:-${quick:+20000}}
lists=${lists:-1000000}

make -s -j "$jobs" BUILD="$build" "$build/decoders" >"$scratch/make.log" 2>&1 || die "make failed"
# A part for each process, so that they run side by side.
for part in $(seq "$jobs"); do
    "$build/decoders" $((${SEED:-1} + part)) $((lists / jobs)) >"$scratch/part$part" &
done
findings=0
for part in $(seq "$jobs"); do
    wait -n || findings=$((findings + 1))
done
cat "$scratch"/part* >&2
bar 27 'random lists, encoded and decoded by every set of kernels' "$lists" "$findings"
finish
