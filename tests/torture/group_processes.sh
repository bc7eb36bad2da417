#!/bin/bash
# group_processes.sh - several processes at one index, interrupted runs: bars 30 to 35 (processes.py).
. "$(dirname "$0")/lib.sh"
export BACKFILE_INDEX=$index BACKFILE_QUERY=$query PYTHONDONTWRITEBYTECODE=1

if command -v python3 >/dev/null; then
    python3 "$torture/processes.py" "$@" || failed
else
    skip_bar 30-35 'several processes' 'no python3'
fi
finish
