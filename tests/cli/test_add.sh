#!/bin/sh
# test_add.sh - backfile-index add: what it reads, and what it says of what it cannot.
. "$(dirname "$0")/lib.sh"

ids() { query search --tsv "$1" "$2" -n 1000 2>/dev/null | cut -f 2 | sort | tr '\n' ' '; }

it 'names each bad record with source, number, offset and reason, and indexes the others'
printf '{"id":"1","title":"good one"}\n{"id":"2","title":\n[]\n{"id":"4"}\n{"id":"5","title":"good two"}\n' \
    >mixed.jsonl
run 4 index add a mixed.jsonl
err_has '^mixed\.jsonl: record 2, byte 30: invalid JSON: '
err_has '^mixed\.jsonl: record 3, byte 49: not a JSON object'
err_has '^mixed\.jsonl: record 4, byte 52: no text'
err_has '^5 records: 2 added, 0 replaced, 0 the same, 0 older, 3 skipped'
[ "$(ids a good)" = '1 5 ' ] || fail 'not both good ones'
out_is_empty

it 'writes what it skips to a file, a line of JSON each'
run 4 index add -q --errors skips.jsonl errors.index mixed.jsonl
cp skips.jsonl out
out_lines 3
out_has '^\{"source":"mixed\.jsonl","record":2,"offset":30,"reason":"invalid JSON","detail":"ends too early"\}$'
out_jsonl '[(r["record"], r["offset"], r["reason"]) for r in d[1:]] == [(3, 49, "not a JSON object"), (4, 52, "no text")]'
run 0 index add -q --errors skips.jsonl errors.index "$data/articles.jsonl"
[ -f skips.jsonl ] && [ ! -s skips.jsonl ] || fail 'nothing skipped, but the file has lines'
cp mixed.jsonl kept.jsonl
ln -s mixed.jsonl link.jsonl
run 2 index add -q --errors link.jsonl third.index "$data/articles.jsonl" mixed.jsonl
err_has 'link\.jsonl is to be read'
cmp -s mixed.jsonl kept.jsonl || fail 'the source was overwritten'
run 3 index add -q --errors no/such/file other.index mixed.jsonl
err_has '^backfile-index: no/such/file: '
if [ -c /dev/full ]; then
    run 3 index add -q --errors /dev/full full.index mixed.jsonl
    err_has '/dev/full: writing: No space left on device'
    run 0 index info full.index
    out_has '^articles    0$'
fi

it 'takes every source for the format that it is told'
printf '{"id":"1","title":"one"}\n' >told
run 0 index add -q --format page told.index told
[ "$(ids told.index title)" != '1 ' ] || fail 'read as JSON'
run 2 index add --format papyrus told.index told
err_has 'no format "papyrus"; the formats are:.* jsonl.* page'

it 'reads numbers as dates in the order that it is told, and not without'
printf '{"id":"1","title":"one","date":"08/06/2018"}\n' >numbers
run 0 index add unknown.index numbers
err_has '^  dates not understood: 1$'
run 0 query search --json unknown.index one
out_lacks '2018'
run 0 index add --date-order dmy dmy.index numbers
err_lacks 'not understood'
run 0 query search dmy.index one
out_has '2018-06-08'
run 0 index add --date-order mdy mdy.index numbers
run 0 query search mdy.index one
out_has '2018-08-06'
run 2 index add --date-order dym mdy.index numbers
err_has '"dym" is no order of dates: dmy, mdy or ymd'

it 'deletes what the archive withdraws'
printf '{"id":"1","title":"one"}\n{"id":"2","title":"two"}\n' >both
printf '{"id":"1","pubstatus":"canceled"}\n{"id":"3","pubstatus":"canceled"}\n' >canceled
run 0 index add -q withdrawn.index both
run 0 index add withdrawn.index canceled
err_has '^2 records: 0 added'
err_has '^  withdrawn by the archive: 1$'
err_has '^  withdrawn, but not there: 1$'
[ "$(ids withdrawn.index 'one OR two')" = '2 ' ] || fail 'the wrong one is gone'
run 0 index check withdrawn.index

it 'does nothing the second time'
run 4 index add a mixed.jsonl
err_has ' 0 added, 0 replaced, 2 the same,'
run 0 index info a
out_has '^generation  1$'

it 'replaces, skips and ignores'
printf '{"id":"1","title":"old","date":"2020-01-02"}\n' | index add -q b - 2>/dev/null
printf '{"id":"1","title":"older","date":"2020-01-01"}\n' >older
run 0 index add b older
err_has ' 0 added, 0 replaced, 0 the same, 1 older'
printf '{"id":"1","title":"newer","date":"2020-01-03"}\n' >newer
run 0 index add b newer older
err_has ' 0 added, 1 replaced, 0 the same, 1 older'
[ "$(ids b newer)" = '1 ' ] || fail 'the newer one is not there'
[ "$(ids b old)" = '' ] || fail 'the old one is still there'

it 'comes to rest when the same archive has an id twice'
printf '{"id":"1","title":"first"}\n{"id":"1","title":"second"}\n' >twice
for _ in 1 2 3; do
    run 0 index add -q twice.index twice
    [ "$(ids twice.index second)" = '1 ' ] || fail 'not the last one'
    [ "$(ids twice.index first)" = '' ] || fail 'the first one'
done

it 'reads standard input, plain and packed'
run 0 index add c - <"$data/articles.jsonl"
err_has '^78 records: 78 added'
run 0 index add d - <"$data/wire.jsonl.gz"
err_has '^10 records: 10 added'
gzip -c "$data/articles.jsonl" | index add d - 2>err || fail 'a packed pipe'
err_has '^78 records: 78 added'

it 'recognises packed files by their content'
gzip -c mixed.jsonl >noext
run 4 index add e noext
err_has 'noext: record 2, byte 30: invalid JSON'
printf 'cut' >>noext
run 4 index add e2 noext
err_has 'noext: .*damaged gzip'
[ "$(ids e2 good)" = '1 5 ' ] || fail 'what stands before the damage is not in'

it 'reads a directory in byte order of the names, whatever stands deeper'
mkdir -p tree/b
printf '{"id":"x","title":"from c"}\n' >tree/c
printf '{"id":"x","title":"from b/z"}\n' >tree/b/z
printf '{"id":"x","title":"from B"}\n' >tree/B
run 0 index add f tree
err_has '^3 records: 1 added, 2 replaced'
run 0 query search f from --tsv
out_has 'from c$'

it 'passes over what is no file, and over what it does not know'
mkdir odd
ln -s ../mixed.jsonl odd/link
mkfifo odd/pipe
printf 'not an archive\n' >odd/text
printf '{"id":"1","title":"good"}\n' >odd/good
run 4 index add g odd
err_has '^odd/link: .*not a regular file'
err_has '^odd/pipe: .*not a regular file'
err_has '^odd/text: .*unknown format'
err_has ' 1 added'

it 'finds fields under the names that --map gives'
printf '{"nr":"7","hl":"A headline","copy":"And the copy"}\n' >odd.jsonl
run 0 index add -m title=hl --map body=copy -m id=nr h odd.jsonl
run 0 query search --tsv h '+headline +copy'
out_has '^1	7	.*	A headline$'
run 2 index add -m nothing=x h odd.jsonl
err_has 'the fields are:'
run 2 index add -m title h odd.jsonl

it 'analyses in the language of the index'
printf '{"id":"1","title":"Die H\303\244user der Stadt"}\n' >german
run 0 index add -l de i german
run 0 query search --tsv i haus
run 0 index add i german
run 2 index add -l english i german
err_has 'german'
run 0 index info --json i
out_json 'd["language"] == "german"'
run 2 index add -l klingon j german
[ -e j/manifest ] && fail 'an index in klingon'

it 'commits nothing when a source of the command line cannot be opened'
run 3 index add k mixed.jsonl /nonexistent.jsonl
err_has '/nonexistent\.jsonl'
run 0 index info k
out_has '^articles    0$'
run 3 index add a newer /nonexistent.jsonl
[ "$(ids a newer)" = '' ] || fail 'half of it was committed'

it 'makes the same files with the same options, and the same answers with others'
for i in 1 2; do
    index add -q -t 2 same$i "$data/articles.jsonl" 2>/dev/null
done
for f in same1/s* same1/manifest; do
    same "$f" "same2/${f#same1/}"
done
index add -q -t 5 -M 16M same3 "$data/articles.jsonl" 2>/dev/null
query similar --all --json --quiet same1 >first
query similar --all --json --quiet same3 >third
same first third

it 'wants an index and a source'
run 2 index add
run 2 index add x
[ -e x ] && fail 'an index was made'
run 2 index add --nosuchoption x y
run 2 index add -t x y z
finish
