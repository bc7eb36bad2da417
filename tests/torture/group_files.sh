#!/bin/bash
# group_files.sh - files, rights, signals and the environment: bars 53 to 58 (files.py).
. "$(dirname "$0")/lib.sh"
export BACKFILE_INDEX=$index BACKFILE_QUERY=$query PYTHONDONTWRITEBYTECODE=1

if command -v python3 >/dev/null; then
    python3 "$torture/files.py" "$@" || failed
else
    skip_bar 53-58 'files, rights, signals' 'no python3'
fi
finish
