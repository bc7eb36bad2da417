#!/bin/sh
# test_damage.sh - damaged files: check names the file, no answer is ever wrong.
. "$(dirname "$0")/lib.sh"
index add -q -t 1 good "$data/wire.jsonl.gz" 2>/dev/null
index delete good 05d554f2-5cc7-4a4c-9873-c12d459c7c4a 2>/dev/null
ask() { query search --json --explain "$1" 'ebola "according to" +vaccine' && query similar --all --json --quiet -t 1 "$1" &&
    query search --tsv -n all --facets source,category,year "$1" 'vacc* ebola~1 date:2000.. source:h* OR source:m*'; }
ask good >good.answer || exit 1

# flip FILE OFFSET: changes one bit.
flip()
{
    byte=$(od -An -tu1 -j "$2" -N 1 "$1")
    # shellcheck disable=SC2059 # the format is the byte
    printf "\\$(printf '%o' $((byte ^ 16)))" | dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

bytes() { wc -c <"$1" | tr -d ' '; }

# The answer of a damaged index is the right one, or none and a message.
no_wrong_answer()
{
    ask bad >bad.answer 2>err
    status=$?
    if [ $status -eq 0 ]; then
        cmp -s bad.answer good.answer || fail "$1: a wrong answer"
    elif [ $status -ne 3 ]; then
        fail "$1: status $status: $(head -c 300 err)"
    fi
}

it 'finds a flipped bit anywhere, and names the file'
for file in good/manifest good/s*; do
    name=${file#good/}
    size=$(bytes "$file")
    for part in 0 1 2 3 4 5 6 7 8 9; do
        offset=$((size * part / 10 + part))
        [ "$part" -lt 9 ] || offset=$((size - 1))
        rm -rf bad
        cp -r good bad
        flip bad/"$name" "$offset"
        run 3 index check bad
        err_has "damaged: .*bad/$name"
        no_wrong_answer "$name, byte $offset"
    done
done

it 'finds files that are cut, empty or gone'
for file in good/manifest good/s*; do
    name=${file#good/}
    for size in $(($(bytes "$file") / 2)) $(($(bytes "$file") - 1)) 0; do
        rm -rf bad
        cp -r good bad
        dd if="$file" of=bad/"$name" bs=1 count="$size" 2>/dev/null
        run 3 index check bad
        err_has "bad/$name"
        no_wrong_answer "$name, $size bytes"
    done
    rm bad/"$name"
    run 3 index check bad
    run 3 query search bad ebola
    err_has bad
done

it 'never takes a directory of segments for an empty index'
rm -rf bad
cp -r good bad
rm bad/manifest
run 3 index add bad "$data/pages"
run 3 index merge bad

it 'refuses files of another index'
index add -q -t 1 other "$data/pages" 2>/dev/null
for ending in terms postings positions columns text; do
    rm -rf bad
    cp -r good bad
    cp other/s00000001.$ending bad/
    run 3 index check bad
    run 3 query search bad ebola
done

it 'does not change a damaged index'
run 3 index add bad "$data/pages"
rm bad/s00000001.text other/s00000001.text
cp other/s00000001.text bad 2>/dev/null
cp good/s00000001.text bad
run 0 index check bad
finish
