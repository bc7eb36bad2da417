#!/bin/bash
# group_processes.sh - several processes at one index, interrupted runs: bars 30 to 35 (processes.py).
. "$(dirname "$0")/lib.sh"

python_bars 30-35 'several processes' processes.py "$@"
finish
