#!/bin/bash
# group_files.sh - files, rights, signals and the environment: bars 53 to 58 (files.py).
. "$(dirname "$0")/lib.sh"

python_bars 53-58 'files, rights, signals' files.py "$@"
finish
