#!/bin/sh
# commits.sh - a run of several commits: commits.sh BUILD INDEX PARTS
#
# Adds each file of the directory PARTS by itself, deletes the articles that
# PARTS/deleted names, and merges where there is a file PARTS/merge. After each
# command it prints "COMMITTED" and the generation, which is then a promise; with
# $STATES set it keeps the generation's answers there. When a program is
# killed this kills itself too, so that the outside sees it.
build=$1 to=$2 parts=$3
# Under the fault tools: one count of calls for all programs of the run, this shell among them.
if [ -z "${FAULT_STATE:-}" ]; then
    export FAULT_STATE="$to.calls"
    exec "$0" "$@"
fi

promise()
{
    "$@"
    status=$?
    [ $status -ne 137 ] || kill -9 $$
    [ $status -eq 0 ] || exit $status
    # Where FORMAT.md says that it stands.
    generation=$(LD_PRELOAD='' od -An -t u8 -j 48 -N 8 "$to/manifest")
    generation=${generation##* }
    [ -z "${STATES:-}" ] || "$(dirname "$0")/answers.sh" "$build" "$to" $ANSWERS >"$STATES/$generation"
    echo "COMMITTED $generation"
}

for part in "$parts"/*.jsonl; do
    promise "$build/backfile-index" add -q -t 1 "$to" "$part"
done
[ ! -e "$parts/deleted" ] || promise "$build/backfile-index" delete "$to" --from "$parts/deleted"
[ ! -e "$parts/merge" ] || promise "$build/backfile-index" merge "$to"
