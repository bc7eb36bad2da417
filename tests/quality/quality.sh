#!/bin/sh
# quality.sh - how good the answers are, beside Lucene's; README.md tells more.
#
#     BACKFILE_CORPORA=DIR tests/quality/quality.sh [ROWS ...]
#
# Prints a row for each measure: name, ours, Lucene's ("-" where it is not
# installed or has no such thing), separated by tabs.
LC_ALL=C
export LC_ALL

here=$(cd "$(dirname "$0")" && pwd)
root=${here%/tests/quality}
build=${BUILD:-build}
case $build in /*) ;; *) build=$root/$build ;; esac
jars=${LUCENE_JARS:-/usr/share/java}

die()
{
    echo "$0: $*" >&2
    exit 1
}

[ -x "$build/backfile-query" ] || die "no programs in $build: make first"
if [ -n "${KEEP:-}" ]; then
    work=$KEEP
    mkdir -p "$work" || exit 1
else
    work=$(mktemp -d "${TMPDIR:-/tmp}/backfile-quality-XXXXXX") || exit 1
    trap 'rm -rf "$work"' EXIT
    trap 'exit 1' INT TERM HUP
fi
corpora=${BACKFILE_CORPORA:-}

# ---- the two engines ----

# make_index NAME FILE...: the index $work/NAME.index
make_index()
{
    made=$work/$1.index
    shift
    [ -d "$made" ] || "$build/backfile-index" add -q -t 1 "$made" "$@" 2>"$work/add.err" ||
        [ $? -eq 4 ] || die "$(tail -n 3 "$work/add.err")"
}

# similar NAME OPTION...: every article's list as columns
similar()
{
    of=$work/$1.index
    shift
    # shellcheck disable=SC2086 # options
    "$build/backfile-query" similar --all --tsv --quiet ${SIMILAR_OPTIONS:-} "$@" "$of" ||
        die "$of: similar failed"
}

lucene_class_path()
{
    for part in core analyzers-common queries; do
        set -- "$jars"/lucene-$part-8.*.jar
        [ -r "$1" ] || return 1
        printf '%s:' "$1"
    done
}

lucene=
command -v java >/dev/null 2>&1 && lucene=$(lucene_class_path)

# peer OUTPUT ARGUMENT...: what Lucene prints, made once; status 1 without Lucene
peer()
{
    printed=$work/$1
    shift
    [ -n "$lucene" ] || return 1
    [ -s "$printed" ] || java -cp "$lucene" "$here/Lucene.java" "$@" >"$printed" 2>"$work/java.err" ||
        die "Lucene: $(tail -n 3 "$work/java.err")"
}

row() { printf '%s\t%s\t%s\n' "$1" "$2" "$3"; }

# unpack NAME COLLECTION: $work/NAME.jsonl
unpack() { [ -s "$work/$1.jsonl" ] || gzip -dc "$corpora/$2.jsonl.gz" >"$work/$1.jsonl"; }

# ---- similar readings ----

# labels FILE MEMBER: id TAB the member's value, of each article that has one
labels() { sed -n 's/^{"id": "\([^"]*\)".*"'"$2"'": "\([^"]\{1,\}\)".*/\1\t\2/p' "$1"; }

# topic_rows NAME: from $work/NAME.labels and $work/NAME.jsonl
topic_rows()
{
    make_index "$1" "$work/$1.jsonl"
    similar "$1" >"$work/$1.lists"
    similar "$1" --fill --keep-copies >"$work/$1.filled"
    theirs='- - - -'
    peer "$1.lucene" lists "$work/$1.jsonl" 5 && theirs=$(topic_figures "$1" lucene)
    # shellcheck disable=SC2046,SC2086 # four figures each
    {
        set -- "$1" $(topic_figures "$1" filled) $(topic_figures "$1" lists) $theirs
        row "$1 same topic, precision@5" "$2" "${10}"
        row "$1 same topic, recall@5" "$3" "${11}"
        row "$1 precision of what is listed" "$8" "${12}"
        row "$1 articles listed, of 5" "$9" "${13}"
    }
}

topic_figures() { awk -F '\t' -v part="${PART:-all}" -f "$here/topic.awk" "$work/$1.labels" "$work/$1.$2"; }

# People's similarity of pairs of 50 articles, among 300 others.
rows_lee()
{
    unpack lee50 similar/lee50
    unpack background similar/lee-background
    sed 's/^{"id": "/&background /' "$work/background.jsonl" | cat "$work/lee50.jsonl" - >"$work/lee.jsonl"
    make_index lee "$work/lee.jsonl"
    similar lee -n 349 --fill >"$work/lee.lists"
    theirs=-
    peer lee.lucene lists "$work/lee.jsonl" 349 && theirs=$(pearson lee.lucene)
    row 'lee50 human similarity, Pearson' "$(pearson lee.lists)" "$theirs"
}

pearson() { awk -F '\t' -f "$here/pearson.awk" "$corpora/similar/lee50.similarity.tsv" "$work/$1"; }

# Groups of articles on one topic, the BBC's among them as distractors.
rows_wikiref()
{
    unpack clusters similar/wikiref220-clusters
    unpack bbc news/bbc
    cat "$work/clusters.jsonl" "$work/bbc.jsonl" >"$work/wikiref.jsonl"
    labels "$work/clusters.jsonl" cluster >"$work/wikiref.labels"
    topic_rows wikiref
}

rows_bbc()
{
    unpack bbc news/bbc
    labels "$work/bbc.jsonl" category >"$work/bbc.labels"
    topic_rows bbc
}

rows_20ng()
{
    unpack 20ng news/20ng-full
    labels "$work/20ng.jsonl" category >"$work/20ng.labels"
    topic_rows 20ng
}

# The related articles of the sample archive; copies are listed as one.
rows_data()
{
    make_index data "$root/data/articles.jsonl" "$root/data/wire.jsonl.gz" "$root/data/pages"
    similar data >"$work/data.lists"
    row 'data related articles listed' \
        "$(awk -F '\t' -f "$here/related.awk" "$work/data.lists" "$root/data/related.tsv")" -
}

# ---- copies ----

# pairs NAME KIND: $work/NAME.KIND, of $work/NAME.jsonl
pairs() { awk -v kind="$2" -f "$here/pairs.awk" "$work/$1.jsonl" >"$work/$1.$2"; }

grouped() { awk -F '\t' -f "$here/grouped.awk" "$work/$1.groups" "$work/$1.$2"; }

# groups NAME COLLECTION
groups()
{
    unpack "$1" "$2"
    make_index "$1" "$work/$1.jsonl"
    "$build/backfile-query" similar --all-copies --tsv "$work/$1.index" >"$work/$1.groups"
}

rows_copies()
{
    groups reuters news/reuters-fin-2012-2013
    pairs reuters headline
    pairs reuters body
    row 'reuters pairs of one headline in 3 days, % grouped' "$(grouped reuters headline)" -
    row 'reuters pairs of one body, % grouped' "$(grouped reuters body)" -
    similar reuters -n 1 --fill >"$work/reuters.lists"
    row 'reuters first in list is of the same headline, %' \
        "$(awk -F '\t' -f "$here/first.awk" "$work/reuters.headline" "$work/reuters.lists")" -
    similar reuters -n 1 --fill --keep-copies >"$work/reuters.kept"
    row 'reuters the same with --keep-copies, %' \
        "$(awk -F '\t' -f "$here/first.awk" "$work/reuters.headline" "$work/reuters.kept")" -
    groups onestop news/onestop-en
    pairs onestop story
    row 'onestop pairs of one story in other words, % grouped' "$(grouped onestop story)" -
}

# ---- ad hoc search ----

rows_adhoc()
{
    for set in time cranfield cisi cacm vaswani-npl; do
        judged=$corpora/judged/$set
        unpack "$set" "judged/$set"
        make_index "$set" "$work/$set.jsonl"
        theirs='- -'
        peer "$set.run" run "$work/$set.jsonl" "$judged.queries.tsv" 1000 &&
            theirs=$(awk -f "$here/adhoc.awk" "$judged.qrels" "$work/$set.run")
        "$build/backfile-query" search --queries "$judged.queries.tsv" -n 1000 --trec backfile \
            "$work/$set.index" >"$work/$set.ours"
        # shellcheck disable=SC2046,SC2086 # two figures each
        {
            set -- "$set" $(awk -f "$here/adhoc.awk" "$judged.qrels" "$work/$set.ours") $theirs
            row "$1 ad hoc, MAP" "$2" "$4"
            row "$1 ad hoc, nDCG@10" "$3" "$5"
        }
    done
}

# ---- all, or those asked for ----

[ $# -gt 0 ] || set -- lee wikiref bbc 20ng data copies adhoc
if [ ! -d "$corpora/similar" ]; then
    echo 'SKIP: BACKFILE_CORPORA names no collections; only the sample archive is measured' >&2
    set -- data
fi
row measure Backfile 'Lucene 8'
for rows; do
    "rows_$rows"
done
