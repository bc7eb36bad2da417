#!/bin/sh
# test_versions.sh - indexes of each version of the format, older, present and newer.
. "$(dirname "$0")/lib.sh"
fixtures=$root/tests/fixtures

# set_version FILE N: the two bytes of its header that say which version it is of,
# and at its end what no frame of this version has: else they would be a damage.
set_version()
{
    printf "\\$(printf '%o' "$2")\\0" | dd of="$1" bs=1 seek=12 conv=notrunc 2>/dev/null
    echo 'something new' >>"$1"
}

# Whether this machine's analysis is that of the index.
analysed_alike()
{
    query search "$1" common >/dev/null 2>err && return
    grep -q 'analysed by other rules' err || return 0
    skip "$(cat err)"
    return 1
}

for folder in "$fixtures"/format-*; do
    for kind in with-text no-text; do
        it "answers as it did, from a copy and through a link: $(basename "$folder"), $kind"
        rm -rf index
        cp -R "$folder/$kind" index
        analysed_alike index || continue
        BUILD=$bin sh "$fixtures/ask.sh" index >answers
        diff "$folder/$kind.answers" answers >differences || fail "$(head -n 20 differences)"
    done
done

it 'goes on writing to an index of this version'
echo '{"id":"new","title":"New","text":"Common news."}' >new.jsonl
run 0 index add -q index new.jsonl
run 0 index check index
run 0 query search index --tsv 'news'
out_has 'new'

# The first of each kind of file, and of the file of lists.
query similar --all --quiet -t 1 --lists lists "$fixtures/format-1/with-text" >/dev/null 2>&1
files=$(cd "$fixtures/format-1/with-text" && echo manifest s00000001.* s*.deletes g*.copies)

it 'refuses by name any file of a newer version'
for file in $files; do
    rm -rf index
    cp -R "$fixtures/format-1/with-text" index
    set_version "index/$file" 2
    for ask in 'query search index storm' 'query show index r-1' 'index check index'; do
        run 3 $ask
        err_has "$file: made by a newer version \\(format 2"
    done
done
set_version lists 2
run 3 query similar --quiet -t 1 --update lists "$fixtures/format-1/with-text"
err_has 'lists: made by a newer version \(format 2'

it 'refuses a newer version whatever else it has changed'
for file in $files; do
    rm -rf index
    cp -R "$fixtures/format-1/with-text" index
    { printf 'BACKFILE????\2\0' && head -c 300 "$root/Makefile"; } >"index/$file"
    run 3 query search index storm
    err_has "$file: made by a newer version \\(format 2"
done

it 'refuses to write to an index of a newer version'
rm -rf index
cp -R "$fixtures/format-1/with-text" index
set_version index/manifest 2
cp -R index before
run 3 index add -q index new.jsonl
err_has 'made by a newer version'
rm -f index/lock
diff -r index before >differences || fail "changed: $(cat differences)"

it 'refuses by name any file of a version that is no longer read'
for file in $files; do
    rm -rf index
    cp -R "$fixtures/format-1/with-text" index
    set_version "index/$file" 0
    run 3 query search index storm
    err_has "$file: format 0 is no longer read"
done

finish
