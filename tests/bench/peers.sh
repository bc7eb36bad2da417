#!/bin/sh
# peers.sh - the same corpus and queries through Backfile and other engines in one
# run, beside each other, then the ratios. PEERS is the directory of the peers'
# benchmark scripts; README.md says what is expected of them.
set -eu
. "$(dirname "$0")/lib.sh"
[ -d "${PEERS:-}" ] || die 'PEERS=directory of the peers'\'' benchmark scripts'
find_queries

CORPUS=$corpus QUERIES=$queries SCRATCH=$work
export CORPUS QUERIES SCRATCH
"$bench/bench.sh" >"$work/all"
for engine in ${ENGINES:-lucene sqlite}; do
    if "$PEERS/$engine/run.sh" "$corpus" "$queries" "$work/$engine" \
        >"$work/$engine.rows" 2>"$work/$engine.err"; then
        awk -f "$bench/summary.awk" "$work/$engine.rows" >>"$work/all"
    else
        printf '%s failed: %s\n' "$engine" "$(tail -n 3 "$work/$engine.err")" >&2
    fi
    rm -rf "${work:?}/$engine"
done
awk -f "$bench/beside.awk" "$work/all"
