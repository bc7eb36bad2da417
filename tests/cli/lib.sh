# lib.sh - what the command-line tests share; each reads it first:
#
#     . "$(dirname "$0")/lib.sh"
#     it 'says what is checked'
#     run 0 query search demo bridge
#     out_has 'Genoa'
#     finish
#
# A case lasts from one `it` to the next and fails when one of its checks
# does. Tests work in a directory of their own, which is removed at the end.
# shellcheck shell=sh
set -u

root=$(pwd)
build=${BUILD:-build}
case $build in /*) bin=$build ;; *) bin=$root/$build ;; esac
data=$root/data
work=$(mktemp -d "${TMPDIR:-/tmp}/backfile-cli-XXXXXX") || exit 1
cd "$work" || exit 1
trap 'cd /; chmod -R u+rwx "$work"; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
LC_ALL=C
export LC_ALL

passed=0 failed=0 skipped=0
case_name='' case_state=none

# ---- cases ----

end_case()
{
    case $case_state in
    good) passed=$((passed + 1)) ;;
    bad) failed=$((failed + 1)) ;;
    skip) skipped=$((skipped + 1)) ;;
    esac
    case_state=none
}

it()
{
    end_case
    case_name=$1 case_state=good
}

fail()
{
    echo "FAILED: it $case_name: $*"
    case_state=bad
}

# For what this machine does not have.
skip()
{
    echo "SKIP: it $case_name: $*"
    case_state=skip
}

finish()
{
    end_case
    echo "$passed passed, $failed failed, $skipped skipped"
    [ "$failed" -eq 0 ]
    exit
}

# ---- running ----

index() { "$bin/backfile-index" "$@"; }
query() { "$bin/backfile-query" "$@"; }

# run STATUS COMMAND ...: output goes to the files out and err.
run()
{
    wanted=$1
    shift
    "$@" >out 2>err
    status=$?
    [ "$status" -eq "$wanted" ] || fail "status $status, not $wanted: $* ($(head -c 300 err))"
}

# ---- looking at what came out: extended regular expressions ----

out_has() { grep -Eq -e "$1" out || fail "no \"$1\" in the output: $(head -c 500 out)"; }
out_lacks() { grep -Eq -e "$1" out && fail "\"$1\" is in the output: $(head -c 500 out)"; }
err_has() { grep -Eq -e "$1" err || fail "no \"$1\" in the messages: $(head -c 500 err)"; }
err_lacks() { grep -Eq -e "$1" err && fail "\"$1\" is in the messages: $(head -c 500 err)"; }
out_is_empty() { [ ! -s out ] || fail "output: $(head -c 300 out)"; }
err_is_empty() { [ ! -s err ] || fail "messages: $(head -c 300 err)"; }
out_lines() { [ "$(wc -l <out)" -eq "$1" ] || fail "$(wc -l <out) lines of output, not $1"; }
same() { cmp -s "$1" "$2" || fail "$1 and $2 differ"; }
out_is() { printf '%s\n' "$1" | cmp -s - out || fail "the output is: $(head -c 500 out)"; }

# ---- JSON, where Python is there to read it ----

has_python() { command -v python3 >/dev/null 2>&1 && python3 -c 'import json' 2>/dev/null; }

# out_json EXPRESSION: of `d`, what standard output holds; true is what it should be.
out_json()
{
    has_python || return 0
    python3 -c "
import json
d = json.load(open('out', encoding='utf-8'))
assert $1" 2>json.err || fail "not so: $1: $(tail -n 1 json.err)"
}

# The same of the list of objects that stand one a line.
out_jsonl()
{
    has_python || return 0
    python3 -c "
import json
d = [json.loads(line) for line in open('out', encoding='utf-8')]
assert $1" 2>json.err || fail "not so: $1: $(tail -n 1 json.err)"
}

# ---- indexes ----

# The sample archive as the index `demo`.
make_demo()
{
    index add -q -t 1 demo "$data/articles.jsonl" "$data/wire.jsonl.gz" "$data/pages" 2>add.err || {
        cat add.err
        exit 1
    }
}

# Waits up to ten seconds for a file.
wait_for()
{
    for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
        [ -e "$1" ] && return
        sleep 0.5
    done
    fail "$1 did not appear"
}
