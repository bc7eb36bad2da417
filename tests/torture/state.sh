#!/bin/bash
# state.sh - whether an index is one of its committed states: state.sh BUILD INDEX STATES [N]
#
# STATES/G is what answers.sh printed of generation G. The index must be sound,
# not older than the last generation promised in $CRASH_STDOUT, and answer as
# that generation did. With N it must answer as generation N, whatever its own
# number, and hold no file that it does not need. Says what is wrong; status 1.
build=$1 dir=$2 states=$3 wanted=${4:-}
here=$(dirname "$0")

wrong()
{
    echo "$@"
    exit 1
}

member() { sed "s/.*\"$1\":\([0-9]*\).*/\1/" <<<"$info"; }

promised=$(sed -n 's/^COMMITTED //p' "${CRASH_STDOUT:-/dev/null}" | tail -n 1)
promised=${promised:-${BASE_GENERATION:-0}}
if [ ! -e "$dir/manifest" ] && [ -z "$wanted" ]; then
    [ "$promised" -eq 0 ] || wrong "generation $promised was promised, but there is no index"
    exit 0
fi
info=$("$build/backfile-index" info --json "$dir" 2>&1) || wrong "info: $info"
generation=$(member generation)
[ -n "$wanted" ] || [ "$generation" -ge "$promised" ] || wrong "$promised promised, $generation there"
[ -n "${ANSWERS:-}" ] && [ -z "$wanted" ] || said=$("$build/backfile-index" check "$dir" 2>&1) ||
    wrong "check: $said"
"$here/answers.sh" "$build" "$dir" ${ANSWERS:-} 2>/dev/null | cmp -s - "$states/${wanted:-$generation}" ||
    wrong "the answers are not those of generation ${wanted:-$generation}"
[ -n "$wanted" ] || exit 0
bytes=$(find "$dir" -type f ! -name lock ! -name manifest -printf '%s\n' | awk '{ n += $1 } END { print n }')
[ "$bytes" -eq "$(member bytes)" ] || wrong "$bytes bytes in files, $(member bytes) needed"
