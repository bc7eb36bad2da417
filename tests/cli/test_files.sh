#!/bin/sh
# test_files.sh - rights, links, the environment, and an index that is somewhere else or changes meanwhile.
. "$(dirname "$0")/lib.sh"
make_demo

sums() { (cd "$1" && find . -type f ! -name lock -exec cksum {} + | sort); }
modes() { find "$1" -printf '%y %m\n' | sort -u | tr '\n' ' '; }

it 'makes files as umask says'
(umask 077 && index add -q private "$data/articles.jsonl" 2>err && query similar --all --quiet --lists private/l private)
[ "$(modes private)" = 'd 700 f 600 ' ] || fail "$(modes private)"
(umask 022 && index add -q public "$data/articles.jsonl" 2>err && query similar --all --quiet --lists public/l public)
[ "$(modes public)" = 'd 755 f 644 ' ] || fail "$(modes public)"

it 'writes to nothing that a link was planted to'
echo precious >victim
for name in manifest.tmp s00000002.text s00000002.terms g00000002.copies lock; do
    for target in victim made; do # which is there, and which is not
        rm -rf planted
        cp -r public planted
        rm -f "planted/$name"
        ln -s "../$target" "planted/$name"
        index add -q planted "$data/wire.jsonl.gz" 2>err
        [ "$(cat victim)" = precious ] || fail "$name: the target was written"
        [ ! -e made ] || fail "$name: the target was made"
        rm -f planted/lock
        run 0 index check planted
    done
done

it 'gives the same bytes in every time zone and language'
for i in 1 2 3; do
    case $i in
    1) set -- LC_ALL=C TZ=UTC ;;
    2) set -- LC_ALL=C.UTF-8 TZ=Asia/Kathmandu ;;
    3) set -- LC_ALL=tr_TR.UTF-8 TZ=America/St_Johns HOME=/nonexistent TMPDIR=/nonexistent ;;
    esac
    run 0 env "$@" "$bin/backfile-index" add -q -t 2 "env$i" "$data/articles.jsonl" "$data/pages"
    [ "$(sums "env$i")" = "$(sums env1)" ] || fail "$*: other bytes"
    env "$@" "$bin/backfile-query" search --json "env$i" bridge >out
    [ -f expected ] || cp out expected
    same out expected
done

it 'answers the same from another place'
query search --json demo bridge >expected
mkdir place
cp -a demo place/copy
cp -al demo place/linked
ln -s copy place/link
for path in place/copy place/linked place/link place/../place//link/.; do
    run 0 query search --json "$path" bridge
    same out expected
    run 0 index check "$path"
done
run 0 index delete place/linked qb-2019-0314-pi
run 0 index merge place/linked
run 0 query search --json demo bridge
same out expected
run 0 index check demo

# Starts a search that has opened the index $1 and waits for its queries on descriptor 4.
hold_query()
{
    rm -f held.pipe
    mkfifo held.pipe
    "$bin/backfile-query" search --jsonl --queries held.pipe "$1" >held.out 2>held.err &
    holder=$!
    exec 4>held.pipe # waits until it reads
}

ask()
{
    printf 'q\tbridge city court\n' >&4
    exec 4>&-
    wait $holder
    status=$?
    mv held.out out
    mv held.err err
}

it 'answers from the commit that it opened, whatever comes after'
cp -r demo changing
printf 'q\tbridge city court\n' >one.tsv
query search --jsonl --queries one.tsv changing >expected
hold_query changing
for i in 1 2 3 4 5 6 7 8 9 10; do
    printf '{"id":"new%d","title":"bridge %d","body":"city court"}\n' $i $i | index add -q changing - 2>/dev/null
done
run 0 index delete changing qb-2019-0314-pi new3
run 0 index merge changing
ask
[ $status -eq 0 ] || fail "status $status: $(cat err)"
same out expected

it 'ends with one line when a file is cut under it, also within a page'
for cut in 's00000001.postings 0' 's00000001.terms 100' 's00000001.columns 9000' 's00000001.text 1'; do
    # shellcheck disable=SC2086 # name and length
    set -- $cut
    rm -rf cut
    cp -r demo cut
    hold_query cut
    truncate -s "$2" "cut/$1"
    ask
    [ $status -eq 3 ] || fail "$cut: status $status"
    out_is_empty
    err_has "^backfile: index damaged: cut/$1: the file became shorter"
    [ "$(wc -l <err)" -eq 1 ] || fail "$cut: $(cat err)"
done
finish
