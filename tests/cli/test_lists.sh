#!/bin/sh
# test_lists.sh - backfile-query similar --lists and --update.
. "$(dirname "$0")/lib.sh"
head -n 40 "$data/articles.jsonl" >first.jsonl
tail -n +41 "$data/articles.jsonl" >second.jsonl
index add -q -t 1 archive first.jsonl 2>/dev/null

it 'keeps the lists of all articles in a file'
run 0 query similar --all --quiet --lists lists archive
out_is_empty
err_is_empty
[ -s lists ] || fail 'no file'
[ ! -e lists.part ] || fail 'lists.part is left'
[ ! -e lists.tmp ] || fail 'lists.tmp is left'
cp lists before
run 0 query similar --all --quiet -t 3 --lists lists archive
same lists before

it 'prints them too when a form is asked for'
run 0 query similar --all --quiet --jsonl --lists lists archive
cp out printed
run 0 query similar --all --quiet --jsonl archive
same out printed

it 'has nothing to update when nothing has changed'
run 0 query similar --update lists archive
out_is_empty
err_has '^0 new articles, 0 gone, 0 lists changed$'
same lists before

it 'updates them after new articles, and prints those that changed'
index add -q -t 1 archive second.jsonl 2>/dev/null
new=$(wc -l <second.jsonl)
run 0 query similar --update lists archive
err_has "^$new new articles, 0 gone, [0-9]+ lists changed\$"
err_has 'lists: its statistics are of 40 articles, now there are [0-9]+: make the lists again'
out_jsonl "len(d) >= $new and all({'id', 'similar'} <= set(a) for a in d)"
cp out changed
run 0 query similar --all --quiet --lists anew --statistics before archive
same lists anew
run 0 query similar --all --quiet --jsonl --statistics before archive
sort out >all.sorted
sort changed | comm -23 - all.sorted >other
[ ! -s other ] || fail 'a changed list is not as one made anew'

it 'updates them after deletions'
cp lists before
run 0 index delete archive hw-2010-0415-ashcloud
run 0 query similar --update lists archive
err_has '^0 new articles, 1 gone, [0-9]+ lists changed$'
out_lacks '"id":"hw-2010-0415-ashcloud"'
run 0 query similar --all --quiet --lists anew --statistics before archive
same lists anew

it 'goes on after it was killed'
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
    sed "s/{\"id\": \"/&$i-/; s/\"title\": \"/&Number$i /; s/\"body\": \"/&Part$i of it. /" "$data/articles.jsonl"
done >large.jsonl
index add -q -t 1 large large.jsonl 2>/dev/null
run 0 query similar --all --quiet --fill -n 20 --lists whole large
"$bin/backfile-query" similar --all --quiet --fill -n 20 -t 1 --lists killed large &
pid=$!
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ "$(cat killed.part 2>/dev/null | wc -c)" -gt 16 ] && break
    sleep 0.02
done
kill -9 $pid 2>/dev/null
wait $pid 2>/dev/null
run 0 query similar --all --fill -n 20 --lists killed large
same killed whole
[ ! -e killed.part ] || fail 'killed.part is left'

it 'says what is kept when a signal ends it, and goes on'
"$bin/backfile-query" similar --all --quiet --fill -n 20 -t 1 --lists stopped large 2>err &
pid=$!
while kill -0 $pid 2>/dev/null && [ ! -e stopped.part ]; do
    sleep 0.02
done
kill -TERM $pid 2>/dev/null
wait $pid
status=$?
case $status in
0) ;; # it was faster
143) err_has 'interrupted: [0-9]+ lists are kept in stopped\.part; run the same command again to go on' ;;
*) fail "status $status" ;;
esac
run 0 query similar --all --quiet --fill -n 20 --lists stopped large
same stopped whole
[ ! -e stopped.part ] || fail 'stopped.part is left'

it 'goes on after half of the lists'
printf 'BFLISTS1' >half.part
run 0 query similar --all --quiet --fill -n 20 --lists half large
same half whole

it 'refuses what a file cannot keep, and files that are none'
run 2 query similar --all --lists x --recency 3 archive
err_has 'recency'
run 2 query similar --all --lists x --before 2010 archive
run 2 query similar --lists x archive hw-2010-0415-ashcloud
run 2 query similar --all --update lists archive
for option in '-n 7' '--threshold .5' --fill --diverse '--author x' '--k1 2' --keep-copies '--window 3'; do
    # shellcheck disable=SC2086 # an option and its value
    run 2 query similar --update lists $option archive
    err_has 'as those of the file were made'
done
run 2 query similar --all-copies -n 7 archive
err_has 'all copies are listed'
run 3 query similar --update nosuchfile archive
err_has 'nosuchfile'
run 3 query similar --update first.jsonl archive
err_has 'first\.jsonl: offset 0'
run 3 query similar --all --lists nosuch/dir/x archive
err_has 'nosuch/dir/x'
head -c 500 lists >part
run 3 query similar --update part archive

it 'leaves what it cannot replace'
mkdir directory
run 3 query similar --all --lists directory archive
err_has 'directory'
[ -d directory ] || fail 'it is gone'
[ ! -e directory.tmp ] || fail 'directory.tmp is left'
mkdir other.part
run 3 query similar --all --lists other archive
err_has 'other\.part: renaming'
[ ! -e other.part.tmp ] || fail 'other.part.tmp is left'
run 3 sh -c "ulimit -f 0; exec '$bin/backfile-query' similar --all --lists third archive"
[ ! -e third.part.tmp ] || fail 'third.part.tmp is left'
finish
