# lib.sh - what the benchmarks share; each reads it first.
#
# A measurement becomes a row (engine, threads, metric, value, unit) in a file;
# report prints the medians of the rows since the last report.
# shellcheck shell=sh disable=SC2034 # what is set is for the readers
LC_ALL=C
export LC_ALL

bench=$(cd "$(dirname "$0")" && pwd)
root=${bench%/tests/bench}
build=${BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
corpus=${CORPUS:-$root/data/articles.jsonl}
runs=${RUNS:-5}

die()
{
    echo "$0: $*" >&2
    exit 1
}

[ -x "$build/backfile-index" ] || die "no programs in $build: make first"
[ -r "$corpus" ] || die "cannot read $corpus"
work=$(mktemp -d "${SCRATCH:-${TMPDIR:-/tmp}}/backfile-bench-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
"${CC:-cc}" -O2 -D_GNU_SOURCE -o "$work/measure" "$bench/measure.c"
: >"$work/rows"
: >"$work/medians"

# ---- rows ----

# row THREADS METRIC VALUE UNIT
row() { printf 'backfile\t%s\t%s\t%s\t%s\n' "$@" >>"$work/rows"; }

report()
{
    awk -f "$bench/summary.awk" "$work/rows" | tee -a "$work/medians"
    : >"$work/rows"
}

# metric NAME FILE: its value in the first of the rows that have it
metric() { awk -F '\t' -v name="$1" '$3 == name { print $4; exit }' "$2"; }

# median NAME: of those reported
median() { metric "$1" "$work/medians"; }

calc() { awk "BEGIN { printf \"%.6g\", $1 }"; }

# ---- running ----

index() { "$build/backfile-index" "$@"; }
query() { "$build/backfile-query" "$@"; }

# timed COMMAND ...: sets wall and cpu (seconds), peak (KiB) and busy (other cores);
# its messages are in the file err. Finding nothing and skipped records are no failure.
timed()
{
    status=0
    "$work/measure" "$work/time" "$@" </dev/null >/dev/null 2>"$work/err" || status=$?
    case $status in
    0 | 1 | 4) ;;
    *) die "$* ended with status $status: $(tail -n 3 "$work/err")" ;;
    esac
    read -r wall cpu peak busy <"$work/time"
}

# timed_add THREADS INDEX FILE [OPTION ...]: a new index of FILE
timed_add()
{
    add_threads=$1 new_index=$2 added=$3
    shift 3
    rm -rf "$new_index"
    timed "$build/backfile-index" add -q -t "$add_threads" ${MEMORY:+-M "$MEMORY"} "$@" \
        "$new_index" "$added"
}

articles() { wc -l <"$1"; }
body_bytes() { awk -f "$bench/body_bytes.awk" "$1"; }

# repeat NUMBER COMMAND ...
repeat()
{
    left=$1
    shift
    while [ "$left" -gt 0 ]; do
        "$@"
        left=$((left - 1))
    done
}

# ---- queries ----

# The file of queries; made from titles where none is given.
find_queries()
{
    queries=${QUERIES:-$work/queries}
    [ -n "${QUERIES:-}" ] ||
        awk -v articles="$(articles "$corpus")" -f "$bench/queries.awk" "$corpus" >"$queries"
    [ -r "$queries" ] || die "cannot read $queries"
}

# The files or, and, phrase: an id and a query in the query language.
write_queries()
{
    : >"$work/or"
    : >"$work/and"
    : >"$work/phrase"
    awk -F '\t' -v dir="$work/" '
        $1 == "terms" {
            print NR "\t" $2 >(dir "or")
            gsub(/[^ ]+/, "+&", $2)
            print NR "\t" $2 >(dir "and")
        }
        $1 == "phrase" { print NR "\t\"" $2 "\"" >(dir "phrase") }' "$queries"
}

# time_queries INDEX FILE NAME SUFFIX [OPTION ...]: rows NAME_mean SUFFIX, ...
time_queries()
{
    index_asked=$1 asked=$2 name=$3 suffix=$4
    shift 4
    [ -s "$asked" ] || return 0
    query search --queries "$asked" --syntax --latency --rounds 5 "$@" "$index_asked" \
        2>"$work/err" || die "$(tail -n 3 "$work/err")"
    sed -n 's/.*each: mean \(.*\), p50 \(.*\), p95 \(.*\), max \(.*\)/\1 \2 \3 \4/p' "$work/err" \
        >"$work/latency"
    read -r mean p50 p95 max <"$work/latency" || die "no latencies: $(tail -n 3 "$work/err")"
    row 1 "${name}_mean$suffix" "$mean" us
    row 1 "${name}_p50$suffix" "$p50" us
    row 1 "${name}_p95$suffix" "$p95" us
    row 1 "${name}_max$suffix" "$max" us
}
