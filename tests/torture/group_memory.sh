#!/bin/bash
# group_memory.sh - memory runs out: bars 18 to 20.
. "$(dirname "$0")/lib.sh"
make_run small small small
rm small/merge
"$torture/commits.sh" "$build" base small >/dev/null 2>&1 || die 'no index'
mkdir more
cp "$root"/data/pages/2010-* "$root/data/wire.jsonl.gz" more
sed -n '33,36p' "$root/data/articles.jsonl" >more/new.jsonl

answers() { "$torture/answers.sh" "$build" "$1" >"$1.answers" 2>/dev/null; }

# What the changes below make of the base.
answers base
cp -r base grown && "$index" add -q -t 1 grown more 2>/dev/null
answers grown
cp -r base pruned && "$index" delete pruned hw-2010-0415-ashcloud 2>/dev/null
answers pruned

cat >state.sh <<END
#!/bin/bash
# state.sh INDEX RESULT: a sound index, the base or what it was to become; that when the run ended well.
said=\$("$index" check "\$1" 2>&1) || { echo "check: \$said"; exit 1; }
"$torture/answers.sh" "$build" "\$1" >"\$1.answers" 2>/dev/null
cmp -s "\$1.answers" "$scratch/\$2.answers" && exit
[ "\$CRASH_RC" -ne 0 ] || { echo 'ended well, but something is missing'; exit 1; }
cmp -s "\$1.answers" "$scratch/base.answers" || { echo 'neither the old state nor the new one'; exit 1; }
END

# sweep STRIDE RESULT COMMAND
sweep()
{
    local step=$1 result=$2
    shift 2
    for sticky in '' --sticky; do
        loop --sweep --calls ALLOC --errno ENOMEM --any-path $sticky --step "$step" --base base \
            --run "$*" --check "bash $scratch/state.sh {W} $result"
    done
}

# The clean line and status 3, or the right result: never a signal, never a part.
failing_allocations()
{
    sweep "$stride" grown "$index add -q -t 1 {W} $scratch/more"
    sweep "$stride" pruned "$index delete {W} hw-2010-0415-ashcloud"
    sweep "$stride" base "$index merge {W}"
    sweep "$stride" base "$index check {W}"
    sweep "$stride" base "$query search --json {W} glacier OR \"the ash\" OR vol*"
    sweep "$stride" base "$query similar {W} hw-2010-0415-ashcloud --why"
    sweep "$stride" base "$query similar --all --quiet -t 1 {W}"
    sweep "$stride" base "$query show {W} hw-2010-0415-ashcloud"
    counted 18 'each allocation fails, once and from then on'
}

# Where malloc fails the process ends at once, so what can leak are the ways out after other failures.
leaks()
{
    local n command
    command -v valgrind >/dev/null || { skip_bar 19 'leaks' 'no valgrind'; return; }
    for command in "$index add -q -t 1 leaky more" "$index merge leaky" "$index check leaky" \
        "$query search leaky glacier" "$query similar --all --quiet -t 1 leaky"; do
        for ((n = 1; n <= $(of 40 2); n++)); do
            rm -rf leaky && cp -r base leaky
            FAULT_CALLS=DISK,READS,MAPS,lock FAULT_ERRNO=EIO FAULT_N=$((n * 3)) FAULT_PATH=leaky \
                LD_PRELOAD=$tools/faultfs-nomalloc.so valgrind --quiet --leak-check=full \
                --errors-for-leak-kinds=definite --error-exitcode=99 $command >out 2>err
            [ $? -ne 99 ] || finding "19: call $((n * 3)) of $command: $(head -n 20 err)"
            cases=$((cases + 1))
        done
    done
    counted 19 'nothing leaks after a failure'
}

# Address space from too little to enough, in steps of 4 MB.
address_space()
{
    local kb status enough=
    for ((kb = 20480; kb <= 819200; kb += 4096)); do
        rm -rf tight && cp -r base tight
        (ulimit -v $kb && "$index" add -q -t 1 -M 16M tight more) >out 2>err
        status=$?
        cases=$((cases + 1))
        [ $status -lt 126 ] || [ $status -eq 127 ] || finding "20: ulimit -v $kb: add: status $status: $(cat err)"
        CRASH_RC=$status bash state.sh tight grown >out || finding "20: ulimit -v $kb: $(cat out)"
        (ulimit -v $kb && "$query" search base glacier) >out 2>err
        [ $? -lt 126 ] || finding "20: ulimit -v $kb: search: $(cat err)"
        [ $status -eq 0 ] && { enough=$kb && break; }
    done
    [ -n "$enough" ] || finding '20: 800 MB were not enough'
    counted 20 "address space limited, up to $((${enough:-0} / 1024)) MB"
}

if have_tools; then
    wanted 18 && failing_allocations
    wanted 19 && leaks
else
    skip_bar 18 'failing allocations' 'no fault tools in $BACKFILE_TOOLS'
    skip_bar 19 'leaks' 'no fault tools in $BACKFILE_TOOLS'
fi
wanted 20 && address_space
finish
