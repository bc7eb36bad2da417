#!/bin/sh
# test_no_text.sh - add --no-text, and every command on the index that it makes.
. "$(dirname "$0")/lib.sh"

id=hw-2010-0415-ashcloud
index add -q full "$data/articles.jsonl" "$data/pages" 2>/dev/null
index add -q --no-text bare "$data/articles.jsonl" "$data/pages" 2>/dev/null

# same_answer COMMAND ARGUMENT ...: of both indexes
same_answer()
{
    command=$1
    shift
    for one in full bare; do
        query "$command" "$one" "$@" >"answer.$one" 2>&1
    done
    cmp -s answer.full answer.bare || fail "another answer to $command $*"
    [ -s answer.full ] || fail "no answer to $command $*"
}

it 'answers as an index with text does'
same_answer search --no-snippet -n 20 'volcano +ash airspace'
same_answer search --no-snippet --explain '"volcanic ash"'
same_answer similar "$id"
same_answer similar --jsonl "$id"
same_answer similar --all --jsonl --quiet
same_answer similar --text "$data/articles.jsonl" -n 3
same_answer terms volc

it 'is smaller and says so'
run 0 index info bare
out_has '^text        not stored$'
run 0 index info --json bare
out_has '"stores_text":false,'
run 0 index info full
out_has '^text        stored$'
text_bytes() { index info "$1" | sed -n 's/^  text *//p'; }
[ "$(text_bytes bare)" -lt $(($(text_bytes full) / 3)) ] || fail "$(text_bytes bare) bytes of text"

it 'shows a page without text'
run 0 query show bare "$id"
out_has '^Volcanic ash from Iceland'
out_has '^\(This index stores no text\.\)$'
out_has '^ID: '"$id"
out_has ' Words$'
query show full "$id" | grep ' Words$' >words
grep -q -x -F "$(cat words)" out || fail 'another number of words'

it 'takes snippets from the summary'
printf '%s\n' '{"id":"1","title":"Bridge","body":"The bridge fell.","summary":"A bridge in Genoa."}' \
    '{"id":"2","title":"Bridge too","body":"Another bridge."}' >two.jsonl
run 0 index add -q --no-text two two.jsonl
run 0 query search two bridge
out_has 'A \*bridge\* in Genoa'
out_lacks 'Another'
run 0 query search --json two bridge
out_has '"snippet":"","marks":\[\]'

it 'checks, deletes, merges and goes on without being asked again'
run 0 index check bare
out_has 'sound'
run 0 index delete bare "$id"
run 0 index add -q bare "$data/articles.jsonl"
run 0 index merge bare
run 0 index check bare
run 0 index info bare
out_has '^text        not stored$'
run 0 index add -q bare "$data/articles.jsonl"
run 0 query similar bare "$id"

it 'keeps to what the index was made for'
run 2 index add --no-text full "$data/articles.jsonl"
err_has 'full: was made to store text'
run 0 index add --no-text -q bare "$data/articles.jsonl"

finish
