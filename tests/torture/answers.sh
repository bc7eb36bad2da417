#!/bin/sh
# answers.sh - what an index answers: answers.sh BUILD INDEX [brief]
#
# Every kind of search with scores, snippets and facets, all lists of similar
# articles, copies, a page and the terms; `brief`: no lists, for thousands of
# articles. The same for the same articles, however they are cut into
# segments. Ends with the status of what failed.
query=$1/backfile-query
index=$2
topics=$(dirname "$0")/topics.tsv

ask()
{
    echo "# $1"
    "$query" "$@"
    status=$?
    # 1: nothing was found
    [ $status -le 1 ] || exit $status
}

ask search --queries "$topics" --syntax --trec run -n 100 "$index"
ask search --tsv --no-snippet --facets category,year,source --total -n all "$index" 'the OR of OR in'
if [ -z "${3:-}" ]; then
    ask search --json --facets author,tag --explain -n 20 "$index" 'in OR of OR volcano'
    ask similar --all-copies --jsonl "$index"
    ask similar --all --jsonl --quiet --threshold 0 -n 5 -t 1 "$index"
    ask show "$index" hw-2010-0415-ashcloud
fi
ask terms "$index"
