#!/bin/sh
# test_processes.sh - several processes, signals, pipes, full and read-only disks.
. "$(dirname "$0")/lib.sh"
make_demo
line() { printf '{"id":"%s","title":"number %s"}\n' "$1" "$1"; }

# A megabyte and a half: more than what a source's format is decided by.
lines()
{
    awk 'BEGIN { for (i = 0; i < 15000; i++)
        printf "{\"id\":\"%d\",\"title\":\"story %d\",\"body\":\"%060d\"}\n", i, i, i }'
}

# Starts `add NAME -` with descriptor 3 as its input; sets $writer.
start_writer()
{
    mkfifo "$1.pipe"
    env --default-signal=INT,HUP "$bin/backfile-index" add -q "$1" - <"$1.pipe" >writer.out 2>writer.err &
    writer=$!
    exec 3>"$1.pipe"
    line first >&3
    wait_for "$1/manifest"
}

end_writer()
{
    exec 3>&-
    wait "$writer"
    status=$?
}

it 'refuses a second writer at once'
start_writer locked
run 5 timeout 5 "$bin/backfile-index" add locked "$data/pages"
err_has "locked: another process is writing to this index \\(process $writer\\)"
run 5 timeout 5 "$bin/backfile-index" delete locked first
run 5 timeout 5 "$bin/backfile-index" merge --wait 1 locked

it 'answers queries meanwhile'
run 0 index check locked
run 1 query search locked first

it 'lets the first writer finish, and the next one start'
"$bin/backfile-index" add -q --wait 20 locked "$data/wire.jsonl.gz" 2>waiter.err 3>&- &
waiter=$!
sleep 0.2
end_writer
[ "$status" -eq 0 ] || fail "status $status: $(cat writer.err)"
wait "$waiter" || fail "who waited: $(cat waiter.err)"
run 0 query search locked first
run 0 index add locked "$data/pages"
run 0 index check locked
out_has ' 23 articles'

# ended PID: whether the process ends within two seconds.
ended()
{
    for _ in 1 2 3 4 5 6 7 8; do
        kill -0 "$1" 2>/dev/null || return 0
        sleep 0.25
    done
    return 1
}

# interrupted SIGNAL STATUS: the writer gets the signal while it waits for input.
interrupted()
{
    it "commits what it has read when SIG$1 comes, and says so"
    start_writer "$1"
    lines >&3
    sleep 0.5
    kill -"$1" "$writer"
    ended "$writer" || fail 'it still waits for input after two seconds'
    end_writer
    [ "$status" -eq "$2" ] || fail "status $status, not $2"
    cp writer.err err
    err_has '^interrupted: [1-9][0-9]* articles committed; run the same command again to go on$'
    run 0 query search "$1" story
    run 0 query show "$1" first
    run 0 index check "$1"
}
interrupted INT 130
interrupted TERM 143
interrupted HUP 129

it 'commits the little that has come when it is interrupted'
start_writer little
{ line second; printf '{"id":"third"'; } >&3
sleep 0.5
kill -TERM "$writer"
ended "$writer" || fail 'it still waits for input after two seconds'
end_writer
[ "$status" -eq 143 ] || fail "status $status"
run 0 query show little first
run 0 query show little second
run 1 query show little third

it 'does not wait for the writer of a pipe when it is interrupted'
mkfifo nobody.pipe
env --default-signal=INT,HUP "$bin/backfile-index" add -q nobody nobody.pipe 2>err &
writer=$!
wait_for nobody/manifest
sleep 0.2
kill -INT "$writer"
ended "$writer" || { fail 'it still waits after two seconds' && kill "$writer"; }
wait "$writer"
status=$?
[ "$status" -eq 130 ] || fail "status $status"
err_has 'nobody\.pipe: opening: Interrupted'

it 'tells of a failure, not of the signal before it'
mkfifo full.pipe
(ulimit -f 2 && exec "$bin/backfile-index" add -q full - <full.pipe 2>err) &
writer=$!
exec 3>full.pipe
line first >&3
wait_for full/manifest
lines >&3
sleep 0.5
kill -TERM "$writer"
end_writer
[ "$status" -eq 3 ] || fail "status $status"
err_has '^backfile-index: full/.*: writing: File too large'
run 0 index check full

it 'does not wait for another writer when it is interrupted'
start_writer held
holder=$writer
env --default-signal=INT,HUP "$bin/backfile-index" merge --wait 60 held 2>err 3>&- &
writer=$!
sleep 0.3
kill -INT "$writer"
ended "$writer" || fail 'it still waits after two seconds'
wait "$writer"
status=$?
[ "$status" -eq 130 ] || fail "status $status"
err_has "held: another process is writing to this index \\(process $holder\\)"
writer=$holder
end_writer

it 'goes on with the articles that are not in yet'
lines >stories
{ line first; cat stories; } >both
run 0 index add whole both
run 0 index add INT both
err_has '^15001 records: [0-9]+ added, 0 replaced, [1-9][0-9]+ the same,'
query search --tsv -n 20000 whole story number >expected
run 0 query search --tsv -n 20000 INT story number
same out expected

it 'leaves a run alone that nohup started'
mkfifo nohup.pipe
(trap '' HUP && exec "$bin/backfile-index" add -q nohup - <nohup.pipe 2>writer.err) &
writer=$!
exec 3>nohup.pipe
line first >&3
wait_for nohup/manifest
kill -HUP "$writer"
line second >&3
end_writer
[ "$status" -eq 0 ] || fail "status $status"
run 0 query show nohup second

it 'ends at once by the second signal, and nothing is torn'
start_writer twice
"$bin/backfile-query" search twice first >/dev/null
kill -STOP "$writer"
kill -TERM "$writer"
kill -INT "$writer"
kill -CONT "$writer"
ended "$writer" || fail 'it goes on'
end_writer
[ "$status" -gt 128 ] || fail "status $status"
run 0 index check twice
run 0 index add twice "$data/pages"

it 'commits on its way'
run 0 index add -q --commit-every 1000 steps stories
run 0 index info steps
out_has '^generation +15$'
run 0 index add -q once stories
query search --tsv -n 20000 once story >expected
query search --tsv -n 20000 steps story | cmp -s - expected || fail 'other answers'
run 0 index check steps
run 3 index add -q --commit-every 1000 half stories nosuchfile
err_has '^ended early: 15000 articles were committed on the way'
err_has 'nosuchfile: '
query search --tsv -n 20000 half story | cmp -s - expected || fail 'not all is in'

it 'says what went wrong although its reader has gone'
index add -q -t 1 hurt "$data/articles.jsonl" 2>/dev/null
line second | index add -q -t 1 hurt - 2>/dev/null
dd if=/dev/zero of=hurt/s00000001.text bs=1 seek=20000 count=30 conv=notrunc 2>/dev/null
printf '1\tsecond\n2\tairspace\n' >two
mkfifo gone.pipe
(exec 3>gone.pipe && sleep 0.1 && "$bin/backfile-query" search -q two hurt >&3 2>err; echo $? >gone) &
: <gone.pipe
wait $!
[ "$(cat gone)" -eq 3 ] || fail "status $(cat gone)"
err_has 'index damaged: hurt/s00000001.text'

it 'merges to the end, or leaves the index as it was'
env --default-signal=INT,HUP "$bin/backfile-index" merge steps 2>err &
writer=$!
sleep 0.05
kill -INT "$writer"
wait "$writer"
status=$?
case $status in
130) grep -Eq 'interrupted: nothing was changed|segments merged|nothing to merge' err || [ ! -s err ] || fail "$(cat err)" ;;
0) ;;
*) fail "status $status" ;;
esac
run 0 index check steps
query search --tsv -n 20000 steps story | cmp -s - expected || fail 'other answers'

it 'loses nothing of the last commit when it is killed'
start_writer killed
end_writer
mkfifo again.pipe
"$bin/backfile-index" add -q killed - <again.pipe 2>/dev/null &
writer=$!
exec 3>again.pipe
line second >&3
sleep 0.3
kill -9 "$writer"
exec 3>&-
wait "$writer" 2>/dev/null
run 0 query search killed first
run 1 query search killed second
run 0 index add killed "$data/pages"
run 0 index check killed

it 'is quiet when the reader closes the pipe'
query search --jsonl demo 'the +a' -n 100 2>err | head -n 1 >out
out_lines 1
err_is_empty
query similar --all --jsonl --quiet demo 2>err | head -n 1 >out
out_lines 1
err_is_empty
query terms demo 2>err | head -n 1 >out
err_is_empty

it 'does not end well when its output is lost'
if [ -c /dev/full ]; then
    for command in 'search demo bridge' 'search --json demo bridge' 'similar demo qb-2019-0314-pi' \
        'similar --all --quiet demo' 'show demo qb-2019-0314-pi' 'terms demo' 'analyze word' --help; do
        # shellcheck disable=SC2086 # words
        query $command >/dev/full 2>err && fail "status 0: $command"
        err_has 'No space left'
    done
    index info demo >/dev/full 2>err && fail 'status 0: info'
    index check demo >/dev/full 2>err && fail 'status 0: check'
else
    skip 'no /dev/full'
fi

it 'does without standard input, output and errors'
run 0 index add closed "$data/pages"
index add -q closed "$data/wire.jsonl.gz" <&- >&- 2>&-
run 0 index check closed
out_has ' 22 articles'

# as_nobody COMMAND ...: without root's rights to write anywhere.
as_nobody()
{
    if [ "$(id -u)" -ne 0 ]; then "$@"; else setpriv --reuid=65534 --regid=65534 --clear-groups "$@"; fi
}

it 'asks an index that nobody may write to'
chmod 755 "$work"
chmod -R a+rX,a-w demo
if as_nobody "$bin/backfile-query" --version >out 2>&1; then
    query search --json demo bridge >expected
    run 0 as_nobody "$bin/backfile-query" search --json demo bridge
    same out expected
    run 0 as_nobody "$bin/backfile-query" similar --all --quiet --tsv demo
    run 0 as_nobody "$bin/backfile-query" show demo qb-2019-0314-pi
    run 0 as_nobody "$bin/backfile-index" check demo
    run 0 as_nobody "$bin/backfile-index" info demo
    run 3 as_nobody "$bin/backfile-index" add demo "$data/pages"
    err_has 'demo'
    run 3 as_nobody "$bin/backfile-index" merge demo
else
    skip 'cannot do without the rights of root'
fi
chmod -R u+w demo

it 'names a file that it may not read, and reads the others'
mkdir -m 777 open
mkdir tree
line 1 >tree/a
line 2 >tree/b
chmod 000 tree/a
if as_nobody test ! -r tree/a 2>err; then
    run 4 as_nobody "$bin/backfile-index" add open/index tree
    err_has '^tree/a: record 0, byte 0: unreadable: .*Permission denied'
    err_has '^2 records: 1 added,'
    run 3 as_nobody "$bin/backfile-index" add open/index tree/a
    err_has 'tree/a: .*Permission denied'
else
    skip 'cannot do without the rights of root'
fi

it 'keeps the old commit when files may not become large enough'
cp -r demo small
query search --json small bridge >expected
(ulimit -f 8 && index add -q small "$root/data/pages" - <"$data/articles.jsonl" >out 2>err)
[ $? -le 4 ] || fail 'ended by a signal'
index delete -q small x 2>/dev/null
run 0 index check small
run 0 query search --json small bridge
same out expected
finish
