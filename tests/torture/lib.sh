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

finish() { exit $found; }

# ---- long and short ----

# QUICK=1 makes every group a matter of minutes; TORTURE_STRIDE=N visits one place in N.
quick=${QUICK:-}
stride=${TORTURE_STRIDE:-${quick:+37}}
stride=${stride:-1}

# of LONG SHORT: the one that this run is to have
of() { if [ -n "$quick" ]; then echo "$2"; else echo "$1"; fi; }

# ---- the fault tools ----

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
