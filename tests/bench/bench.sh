#!/bin/sh
# bench.sh - what an index costs and how fast it answers: tab-separated rows of
# engine, threads, metric, value and unit. README.md has the variables and the rows.
set -eu
. "$(dirname "$0")/lib.sh"
find_queries
write_queries

threads_wanted=${THREADS:-1 2}
first=${threads_wanted%% *}
main=$work/index.$first
body=$(body_bytes "$corpus")
[ "$body" -gt 0 ] || die "$corpus has no body: JSON Lines, not compressed, are wanted"
one_shots=20

describe()
{
    row 0 articles "$(articles "$corpus")" articles
    row 0 corpus_bytes "$(wc -c <"$corpus")" bytes
    row 0 body_bytes "$body" bytes
    row 0 or_queries "$(wc -l <"$work/or")" queries
    row 0 phrase_queries "$(wc -l <"$work/phrase")" queries
    report
}

# ---- indexing ----

# index_rows THREADS TAG: of the last timed_add
index_rows()
{
    row "$1" "index_wall_$2" "$wall" s
    row "$1" "index_cpu_$2" "$cpu" s
    row "$1" "index_rate_$2" "$(calc "$body / 1e6 / $wall")" MB_body/s
    row "$1" "index_cpu_rate_$2" "$(calc "$body / 1e6 / $cpu")" MB_body/cpu_s
    row "$1" "index_peak_rss_$2" "$peak" KiB
    row "$1" "other_cores_busy_during_$2" "$busy" cores
}

# One run of each kind in turn, so that a ratio is of neighbours in time.
index_in_turn()
{
    timed env LC_ALL=C.UTF-8 wc -w "$corpus"
    wc_cpu=$cpu
    row 1 wc_cpu "$wc_cpu" s
    for t in $threads_wanted; do
        timed_add "$t" "$work/index.$t" "$corpus"
        index_rows "$t" stored_pos
        if [ "$t" = "$first" ]; then
            first_wall=$wall
            row "$t" index_speed_of_wc_stored_pos "$(calc "$wc_cpu / $cpu")" ratio
        else
            row "$t" "index_speedup_over_$first" "$(calc "$first_wall / $wall")" ratio
        fi
    done
    if index add --help | grep -q -e --no-text; then
        timed_add "$first" "$work/no_text" "$corpus" --no-text
        index_rows "$first" nostore_pos
        row "$first" index_speed_of_wc_nostore_pos "$(calc "$wc_cpu / $cpu")" ratio
    fi
}

number_of() { tr '{},' '\n\n\n' | sed -n "s/^\"$1\":\([0-9]*\)\$/\1/p"; }

# Of what `info --json` said: info_of MEMBER, bytes_of KIND.
info_of() { number_of "$1" <"$work/info"; }
bytes_of() { sed 's/.*"files"//' "$work/info" | number_of "$1"; }

index_size()
{
    index info --json "$main" >"$work/info"
    row "$first" segments "$(info_of segments)" segments
    row "$first" index_bytes_stored_pos "$(info_of bytes)" bytes
    for kind in terms postings positions columns text; do
        row "$first" "bytes_stored_pos.$kind" "$(bytes_of $kind)" bytes
    done
    report
}

# The terms of one article stand in the dictionary, not in the list files: the
# rows `_listed` leave them out.
bits()
{
    postings=$(index check "$main" | sed -n 's/.* \([0-9]*\) postings.*/\1/p')
    tokens=$(info_of tokens)
    query terms "$main" >"$work/terms"
    awk -F '\t' '$2 == 1 { df++; cf += $3 == 1 } END { print df + 0, cf + 0 }' "$work/terms" \
        >"$work/singles"
    read -r single_df single_cf <"$work/singles"
    list_bits="8 * $(bytes_of postings)"
    position_bits="8 * $(bytes_of positions)"
    row "$first" postings "$postings" postings
    row "$first" tokens "$tokens" tokens
    row "$first" bits_per_posting "$(calc "$list_bits / $postings")" bits
    row "$first" bits_per_posting_listed "$(calc "$list_bits / ($postings - $single_df)")" bits
    row "$first" bits_per_position "$(calc "$position_bits / $tokens")" bits
    row "$first" bits_per_position_listed "$(calc "$position_bits / ($tokens - $single_cf)")" bits
}

# ---- answers ----

with_hits()
{
    for kind in or and phrase; do
        row 1 "${kind}_queries_with_hits" "$(query search --queries "$work/$kind" --syntax --tsv \
            --no-snippet -n 1 "$main" | wc -l)" queries
    done
}

latencies()
{
    time_queries "$main" "$work/or" or_top10 ''
    time_queries "$main" "$work/or" or_stop_words_top10 '' --stop-words
    time_queries "$main" "$work/and" and_top10 ''
    time_queries "$main" "$work/phrase" phrase_top10 ''
}

# The first queries, and the articles that answer them best.
pick_one_shots()
{
    head -n "$one_shots" "$work/or" >"$work/some"
    cut -f 2 "$work/some" >"$work/some.search"
    query search --queries "$work/some" --syntax --tsv -n 1 "$main" | cut -f 3 >"$work/some.similar"
}

# one_shot search | similar: the median of one process each
one_shot()
{
    : >"$work/shots"
    while read -r what; do
        timed "$build/backfile-query" "$1" "$main" "$what"
        printf '\t1\twall\t%s\ts\n\t1\tcpu\t%s\ts\n' "$wall" "$cpu" >>"$work/shots"
    done <"$work/some.$1"
    awk -f "$bench/summary.awk" "$work/shots" >"$work/shot"
    row 1 "one_shot_$1_wall" "$(calc "1000 * $(metric wall "$work/shot")")" ms
    row 1 "one_shot_$1_cpu" "$(calc "1000 * $(metric cpu "$work/shot")")" ms
}

similar_all()
{
    for t in $threads_wanted; do
        timed "$build/backfile-query" similar --all --tsv --quiet --latency -t "$t" "$main"
        rate=$(sed -n 's/.* s, \([0-9]*\) a second$/\1/p' "$work/err")
        row "$t" similar5_docs_per_s "$rate" docs/s
        row "$t" similar5_docs_per_s_core "$(calc "$rate / $t")" docs/s
        row "$t" similar5_docs_per_cpu_s "$(calc "$(articles "$corpus") / $cpu")" docs/s
        row "$t" similar_all_wall "$wall" s
        row "$t" similar_all_cpu "$cpu" s
        row "$t" similar_all_peak_rss "$peak" KiB
    done
}

# ---- upkeep ----

check_once()
{
    timed "$build/backfile-index" check "$main"
    row 1 check_wall "$wall" s
    row 1 check_cpu "$cpu" s
}

prepare_merge()
{
    split -n l/4 "$corpus" "$work/part."
    rm -rf "$work/quarters"
    for part in "$work"/part.*; do
        index add -q -t 1 "$work/quarters" "$part" 2>"$work/err" || [ $? -eq 4 ] ||
            die "$(tail -n 3 "$work/err")"
        rm -f "$part"
    done
    index info --json "$work/quarters" >"$work/info"
    row 1 merge_segments "$(info_of segments)" segments
}

merge_once()
{
    rm -rf "$work/merged"
    cp -R "$work/quarters" "$work/merged"
    timed "$build/backfile-index" merge "$work/merged"
    row 1 merge_wall "$wall" s
    row 1 merge_cpu "$cpu" s
    row 1 merge_peak_rss "$peak" KiB
}

describe
repeat "$runs" index_in_turn
report
index_size
bits
with_hits
repeat "$runs" latencies
report
pick_one_shots
repeat "$runs" one_shot search
repeat "$runs" one_shot similar
report
repeat "$runs" similar_all
report
repeat "$runs" check_once
prepare_merge
repeat "$runs" merge_once
report
