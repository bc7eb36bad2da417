#!/bin/sh
# test_salvage.sh - a new index from a damaged one, and what is said of it.
. "$(dirname "$0")/lib.sh"
index add -q -t 1 good "$data/articles.jsonl" 2>/dev/null
index add -q -t 1 good "$data/wire.jsonl.gz" 2>/dev/null
index delete good 05d554f2-5cc7-4a4c-9873-c12d459c7c4a 2>/dev/null
articles=$(query search --tsv -n all good 'date:0001..' | wc -l)

ask()
{
    query search --json -n all --total --facets category,year,source "$1" 'ash airspace "according to" -vaccine'
    query search --tsv "$1" 'vacc* =said NEAR/9 ebola~1'
    query similar --all --json --quiet -t 1 "$1"
}
ask good >good.answer || exit 1

# A copy of the index to damage.
fresh()
{
    rm -rf bad new
    cp -r good bad
}

# wipe FILE OFFSET BYTES: zeros in place of what is there.
wipe() { dd if=/dev/zero of="$1" bs=1 seek="$2" count="$3" conv=notrunc 2>/dev/null; }

# Sizes, contents and times of everything in a directory.
look() { (cd "$1" && find . -exec stat -c '%n %s %y %z' {} + && cat ./*) | cksum; }

answers_the_same()
{
    run 0 index check new
    ask new >new.answer 2>&1
    same good.answer new.answer
}

it 'copies a whole index, which then answers the same'
fresh
run 0 index salvage bad new
out_has '^segment 1: whole: 78 articles$'
out_has '^87 articles are in the new index: 87 of 2 whole segments, 0 taken again'
err_is_empty
answers_the_same

it 'loses nothing but what cannot be derived'
for ending in terms postings positions forms sketches; do
    fresh
    rm bad/s00000001.$ending
    run 0 index salvage bad new
    out_has "segment 1: 78 articles taken again, 0 of them doubtful, 0 lost: .*\\.$ending: missing"
    answers_the_same
done

it 'does without a manifest'
fresh
rm bad/manifest bad/g*
wipe bad/s00000002.postings 100 100
run 0 index salvage bad new
out_has '^manifest: .*missing$'
out_has '^segment 1: whole'
out_has '^segment 2: 9 articles taken again'
answers_the_same

it 'puts a wrong byte right'
fresh
printf x | dd of=bad/s00000002.text bs=1 seek=2000 conv=notrunc 2>/dev/null
printf x | dd of=bad/manifest bs=1 seek=100 conv=notrunc 2>/dev/null
run 3 index check bad
run 0 index salvage bad new
out_has '^manifest: .*put right by its checksum$'
out_has '^segment 2: whole: 9 articles$'
out_has '^segment 2: wrong bytes that were put right by checksums: 1$'
answers_the_same

it 'names what is lost, and keeps the rest'
fresh
wipe bad/s00000001.text 20000 3000
run 4 index salvage --lost lost.jsonl bad new
lost=$(grep -c '"fate":"lost"' lost.jsonl)
[ "$lost" -gt 10 ] || fail "only $lost lost"
out_has "^segment 1: article [0-9]+ [^ ]+ is lost: "
out_has " $lost lost, 0 repeated\$"
run 0 index check new
run 0 query search --tsv -n all new 'date:0001..'
out_lines $((articles - lost))
run 1 query show new "$(sed -n 's/.*"id":"\([^"]*\)".*/\1/p' lost.jsonl | tail -n 1)"
run 4 index salvage --quiet --lost - bad new2
out_lines $((lost + 1))
rm -r new2

it 'prints whole lines, also where both go to standard output'
fresh
wipe bad/s00000001.text 2000 3000
run 4 index salvage --lost - bad new2
[ "$(grep -c '^{' out)" -gt 70 ] || fail 'too few to fill a buffer'
grep -vE '^(segment [0-9]+: .*|[{].*[}]|[0-9]+ articles are in .*)$' out >torn
[ ! -s torn ] || fail "$(head -n 1 torn)"
rm -r new2

it 'names files that it may not read, and does not call them lost'
fresh
chmod 000 bad/s00000001.text
if cat bad/s00000001.text >/dev/null 2>&1; then
    skip 'root may read everything'
else
    run 3 index salvage bad new
    err_has 's00000001.text: opening: Permission denied'
fi

it 'prints JSON'
fresh
wipe bad/s00000001.text 20000 3000
lost=$(index salvage -q --lost - bad new2 | grep -c '^{')
rm -r new2
run 4 index salvage --json bad new2
out_json "d['lost'] == $lost and d['articles'] == 87 - $lost and d['manifest_problem'] is None"
out_json "[s['taken'] for s in d['segments']] == ['again', 'whole'] and d['segments'][0]['problem']"
rm -r new2

it 'keeps texts whose names are lost'
fresh
wipe bad/s00000002.columns 0 100000
run 4 index salvage bad new
out_has 'doubtful: not sure: id and title'
out_has '^87 articles are in the new index: 78 of 1 whole segments, 0 taken again, [89] doubtful'
run 0 index check new

it 'says that deletions are lost'
fresh
rm bad/*.deletes
run 4 index salvage bad new
out_has '^segment 2: its delete file is damaged or missing'
run 0 query show new 05d554f2-5cc7-4a4c-9873-c12d459c7c4a

it 'never touches the old index'
fresh
wipe bad/s00000001.text 20000 3000
rm bad/lock
chmod -R a-w bad
before=$(look bad)
run 4 index salvage -q bad new
[ "$before" = "$(look bad)" ] || fail 'it was changed'
chmod -R u+w bad

it 'makes a new index and nothing else'
fresh
mkdir new
run 0 index salvage -q bad new
run 2 index salvage bad new
err_has 'new: is not empty'
run 2 index salvage bad bad
run 2 index salvage bad bad/new
err_has 'lies in the index'
run 2 index salvage bad bad/new/
err_has 'lies in the index'
[ ! -e bad/new ] || fail 'it made a directory in the old index'
run 2 index salvage --lost bad/manifest bad new2
run 0 index check bad
run 2 index salvage bad
mkdir full
: >full/letter
run 2 index salvage bad full
run 3 index salvage full other
err_has 'full: no index here'
[ ! -e other ] || fail 'it made a directory'
run 3 index salvage nowhere other

it 'goes on where one was interrupted'
fresh
mkdir new
: >new/lock
run 0 index salvage -q bad new
answers_the_same

it 'fails where the summary cannot be written'
fresh
run 3 sh -c "'$bin/backfile-index' salvage bad new >/dev/full"
finish
