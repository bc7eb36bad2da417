#!/bin/sh
# growth.sh - how time and memory grow with the archive: every fourth article of
# the corpus, every second, all, and, where GROWTH_CORPUS names one, a second
# corpus. Rows as of bench.sh; README.md says what they mean.
set -eu
. "$(dirname "$0")/lib.sh"
find_queries
write_queries

# measure_size SIZE FILE: rows named ..._SIZE
measure_size()
{
    size=$1 file=$2
    row 1 "articles_$size" "$(articles "$file")" articles
    row 1 "body_bytes_$size" "$(body_bytes "$file")" bytes
    repeat "$runs" measure_once
    row 1 "segments_$size" "$(index info --json "$work/index" |
        sed 's/.*"segments":\([0-9]*\).*/\1/')" segments
    report
}

measure_once()
{
    timed_add 1 "$work/index" "$file"
    row 1 "index_wall_$size" "$wall" s
    row 1 "index_cpu_$size" "$cpu" s
    row 1 "index_peak_rss_$size" "$peak" KiB
    time_queries "$work/index" "$work/or" or_top10 "_$size"
    time_queries "$work/index" "$work/and" and_top10 "_$size"
}

# compare SIZE BASE: 1 is linear; for memory, 1 is flat.
compare()
{
    grown="($(median "body_bytes_$1") / $(median "body_bytes_$2"))"
    for what in index_wall index_cpu or_top10_mean and_top10_mean; do
        row 1 "growth_${what}_$1" "$(calc "$(median "${what}_$1") / $(median "${what}_$2") / \
            $grown")" "of_$2_per_byte"
    done
    row 1 "growth_index_peak_rss_$1" "$(calc "$(median "index_peak_rss_$1") / \
        $(median "index_peak_rss_$2")")" "of_$2"
}

awk 'NR % 4 == 1' "$corpus" >"$work/part"
measure_size quarter "$work/part"
awk 'NR % 2 == 1' "$corpus" >"$work/part"
measure_size half "$work/part"
measure_size whole "$corpus"
compare half quarter
compare whole quarter
if [ -n "${GROWTH_CORPUS:-}" ]; then
    measure_size second "$GROWTH_CORPUS"
    compare second whole
fi
report
