# lib.sh - what the groups share; each reads it first:
#
#     . "$(dirname "$0")/lib.sh"
#     bar 15 'read-only use' 12 0
#     skip_bar 13 'small disks' 'not root'
#     finish
#
# A group works in $scratch, which is removed at the end if this made it. What
# was found goes to standard error, where the reader can see which case it was.
# shellcheck shell=bash disable=SC2034 # what is set is for the readers
set -u
LC_ALL=C
export LC_ALL

torture=$(cd "$(dirname "$0")" && pwd)
root=${torture%/tests/torture}
build=${BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
index=$build/backfile-index
query=$build/backfile-query
jobs=${TORTURE_JOBS:-2}
found=0

die()
{
    echo "$0: $*" >&2
    exit 1
}

[ -x "$index" ] && [ -x "$query" ] || die "no programs in $build: make first"
if [ -n "${SCRATCH:-}" ]; then
    mkdir -p "$SCRATCH" && scratch=$(cd "$SCRATCH" && pwd) || exit 1
else
    scratch=$(mktemp -d "${TMPDIR:-/tmp}/backfile-torture-XXXXXX") || exit 1
    trap 'chmod -R u+rwx "$scratch"; rm -rf "$scratch"' EXIT
fi
trap 'exit 1' INT TERM HUP
export TMPDIR=$scratch
cd "$scratch" || exit 1

# ---- what was measured ----

# bar NUMBER WHAT CASES FINDINGS
bar()
{
    printf '%s\t%s\t%s\t%s\n' "$@"
    [ "$4" = 0 ] || found=1
}

# skip_bar NUMBER WHAT REASON: for what this machine does not have
skip_bar() { printf '%s\t%s\t0\tskipped: %s\n' "$@"; }

# What a bar consists of is added up here; counted NUMBER WHAT prints it.
cases=0 findings=0

# finding WHAT: one more, told at once
finding()
{
    findings=$((findings + 1))
    echo "$@" >&2
}

counted()
{
    bar "$1" "$2" "$cases" "$findings"
    cases=0 findings=0
}

# For a program that prints lines of its own.
failed() { found=1; }

finish() { exit $found; }

# python_bars NUMBERS WHAT SCRIPT ARGUMENTS...: bars that a Python script beside this file prints.
python_bars()
{
    local numbers=$1 what=$2 script=$torture/$3
    shift 3
    export BACKFILE_INDEX=$index BACKFILE_QUERY=$query PYTHONDONTWRITEBYTECODE=1
    if command -v python3 >/dev/null; then
        python3 "$script" "$@" || failed
    else
        skip_bar "$numbers" "$what" 'no python3'
    fi
}

# ---- long and short ----

# wanted NUMBER...: whether this run is to have one of these bars; BARS='2 3' names some.
wanted()
{
    local number
    [ -n "${BARS:-}" ] || return 0
    for number in "$@"; do
        case " $BARS " in *" $number "*) return 0 ;; esac
    done
    return 1
}

# QUICK=1 makes every group a matter of minutes; TORTURE_STRIDE=N visits one place in N.
quick=${QUICK:-}
stride=${TORTURE_STRIDE:-${quick:+37}}
stride=${stride:-1}

# of LONG SHORT: the one that this run is to have
of() { if [ -n "$quick" ]; then echo "$2"; else echo "$1"; fi; }

# ---- indexes ----

# make_run NAME: the parts of a run of commits in the directory NAME, which articles.py NAME
# ARGUMENTS... makes, and in NAME.states what its generations answer.
make_run()
{
    local name=$1
    shift
    python3 "$torture/articles.py" "$@" && touch "$name/merge" && mkdir "$name.states" &&
        STATES=$name.states "$torture/commits.sh" "$build" "$name.index" "$name" >"$name.out" 2>&1 ||
        die "$(tail -n 3 "$name.out")"
    : >empty.jsonl
    "$index" add -q "$name.empty" empty.jsonl 2>/dev/null &&
        "$torture/answers.sh" "$build" "$name.empty" ${ANSWERS:-} >"$name.states/0" 2>/dev/null
    last=$(sed -n 's/^COMMITTED //p' "$name.out" | tail -n 1)
}

# ---- the fault tools ----

# loop NAME RUN BASE... ARGUMENTS: crashloop.py on a run of commits.
# Adds its cases and findings to $cases and $findings, and tells of the latter.
loop()
{
    rm -f loop.json
    python3 "$tools/crashloop.py" --jobs "$jobs" --json loop.json "$@" >loop.out 2>&1
    # No such call at all.
    grep -q 'matched=0$' loop.out && return
    [ -r loop.json ] || die "crashloop.py: $(tail -n 3 loop.out)"
    cases=$((cases + $(json_member runs loop.json)))
    findings=$((findings + $(json_member bad loop.json)))
    [ "$(json_member bad loop.json)" -eq 0 ] || { echo "crashloop.py $*" && sed '1,/^BAD/{/^BAD/!d}' loop.out; } >&2
}

json_member() { python3 -c 'import json, sys; print(json.load(open(sys.argv[2]))[sys.argv[1]])' "$@"; }

# Builds them in $tools; false where there are none.
have_tools()
{
    tools=$scratch/tools
    [ -x "$tools/crashloop.py" ] && return
    [ -r "${BACKFILE_TOOLS:-}/faultfs.c" ] || return 1
    mkdir -p "$tools"
    cp "$BACKFILE_TOOLS"/*.py "$BACKFILE_TOOLS"/faultfs.c "$BACKFILE_TOOLS"/Makefile "$tools" &&
        chmod -R u+rwX "$tools" && make -s -C "$tools" faultfs.so faultfs-nomalloc.so
}
