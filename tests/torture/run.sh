#!/bin/sh
# run.sh - the long tests of what the index promises: BUILD=build tests/torture/run.sh [GROUP...]
#
# Runs group_GROUP.sh of this directory one after the other, all when none is
# named; README.md says what they print. Status 1 when one has findings.
set -u
cd "$(dirname "$0")/../.." || exit 1
groups=tests/torture/group_
bad=0

[ $# -gt 0 ] || set -- $(ls "$groups"*.sh | sed 's/.*group_\(.*\)\.sh$/\1/')
for group in "$@"; do
    if [ ! -r "$groups$group.sh" ]; then
        echo "run.sh: no group $group" >&2
        exit 1
    fi
    echo "# $group, $(date +%H:%M:%S)"
    ${SCRATCH:+env SCRATCH="$SCRATCH/$group"} bash "$groups$group.sh" </dev/null || bad=1
done
echo "# end, $(date +%H:%M:%S)"
exit $bad
