#!/bin/bash
# group_errors.sh - the system refuses something: bars 10 to 17.
. "$(dirname "$0")/lib.sh"
make_run small small small

run() { "$torture/commits.sh" "$build" "$@"; }
state() { CRASH_STDOUT=${said:-/dev/null} "$torture/state.sh" "$build" "$@"; }

# ---- calls that fail by turns ----

# sweep CALLS [ARGUMENTS]: by turns each call of the small run, in the index and in its sources.
sweep()
{
    local calls=$1 place
    shift
    for place in '{W}' "$scratch/small/"; do
        # The shell that reads the list of parts is not under test.
        case $place in "$scratch"*) calls=${calls/,opendir/} calls=${calls/READS/read,fstat} ;; esac
        loop --sweep --calls "$calls" --path "$place" --step "$stride" \
            --run "$torture/commits.sh $build {W} $scratch/small" \
            --check "$torture/state.sh $build {W} $scratch/small.states" "$@"
        case $place in '{W}') cp loop.json index.json ;; esac
    done
}

# A failure of one of these that goes unnoticed is a finding in itself.
none_absorbed()
{
    local call n
    for call in "$@"; do
        n=$(percall "$call" absorbed)
        [ "$n" -eq 0 ] || finding "$n failures of $call went unnoticed"
    done
}

# all_absorbed: what only takes a second attempt must change nothing.
all_absorbed()
{
    local n
    n=$(python3 -c 'import json
d = json.load(open("index.json"))
print(d["runs"] - d["counts"].get("absorbed", 0) - d["counts"].get("not reached", 0))')
    [ "$n" -eq 0 ] || finding "$n runs with $* did not end well"
}

percall()
{
    python3 -c 'import json, sys
print(json.load(open("index.json"))["percall"].get(sys.argv[1], {}).get(sys.argv[2], 0))' "$@"
}

failing_calls()
{
    local error every=DISK,READS,MAPS,lock
    if wanted 10; then
        sweep $every --errno EIO
        none_absorbed write fsync fdatasync rename ftruncate
        loop --sweep --calls pthread_create --errno EAGAIN --any-path --base small.index \
            --run "$index add -q -t 3 {W} $root/data/pages" --check "$index check {W}"
        counted 10 'each call fails once'
    fi
    if wanted 11; then
        sweep $every --errno EIO --sticky
        counted 11 'each call and all after it fail'
    fi
    wanted 12 || return
    for error in ENOSPC EDQUOT EROFS EMFILE EACCES ENOMEM; do
        sweep open,mkdir,opendir,mmap --errno $error
        sweep WRITES --errno $error
        none_absorbed write
    done
    sweep WRITES --errno ENOSPC --sticky
    sweep WRITES,SYNCS,open,read --errno EINTR
    all_absorbed EINTR
    sweep WRITES,read --mode short
    all_absorbed short
    counted 12 'other causes, interruptions, short transfers'
}

# ---- disks ----

mounted()
{
    mkdir -p disk && mount -t tmpfs -o "size=$1" tmpfs disk 2>/dev/null
}

# From 64 kB to 4 MB a disk on which the run may not fit, then one on which it does.
small_disks()
{
    local kb said=$scratch/said step
    step=$(of 64 1024)
    make_run large parts large 4 "$(of 3000 1500)"
    for ((kb = 64; kb <= 4096; kb += step)); do
        mounted ${kb}k || { skip_bar 13 'small disks' 'cannot mount'; return; }
        cases=$((cases + 1))
        run disk/index large >said 2>err
        case $? in
        0 | 3) ;;
        *) finding "13: $kb kB: status $?: $(tail -n 1 err)" ;;
        esac
        state disk/index large.states >out || finding "13: $kb kB: $(cat out)"
        [ ! -e disk/index/manifest ] || no_strays disk/index >out || finding "13: $kb kB: $(cat out)"
        mount -o remount,size=64m disk
        run disk/index large >again 2>err || finding "13: $kb kB, then room: $(tail -n 1 err)"
        said='' state disk/index large.states "$last" >out || finding "13: $kb kB, then room: $(cat out)"
        umount disk
    done
    counted 13 'disks of 64 kB to 4 MB'
}

no_strays()
{
    local bytes wanted
    bytes=$(find "$1" -type f ! -name lock ! -name manifest -printf '%s\n' | awk '{ n += $1 } END { print n + 0 }')
    wanted=$("$index" info --json "$1" | sed 's/.*"bytes":\([0-9]*\).*/\1/')
    [ "$bytes" -eq "$wanted" ] || { echo "$bytes bytes in files, $wanted needed" && return 1; }
}

# A file whose fsync failed is not synced again: its pages are gone, and the kernel would say yes.
syncs()
{
    local n status
    command -v strace >/dev/null || { skip_bar 14 'fsync fails once' 'no strace'; return; }
    for ((n = 1; ; n++)); do
        rm -rf synced
        cp -r small.index synced
        strace -f -y -o trace -e trace=fsync,fdatasync -e "inject=fsync:error=EIO:when=$n" \
            "$index" add -q -t 1 synced "$root/data/pages" >out 2>err
        status=$?
        grep -q INJECTED trace || break
        cases=$((cases + 1))
        [ $status -eq 3 ] || finding "14: fsync $n failed, status $status"
        awk -F '[<>]' '/INJECTED/ { failed[$2] = 1; next } failed[$2] { print; exit 1 }' trace >out ||
            finding "14: synced again: $(cat out)"
        "$index" add -q -t 1 synced "$root/data/pages" >out 2>err || finding "14: the next run: $(cat err)"
        "$index" check synced >out 2>err || finding "14: after the next run: $(cat err)"
    done
    counted 14 'fsync fails once'
}

# What only reads works on a disk that cannot be written to, and opens nothing to write.
read_only()
{
    local command
    mounted 8m || { skip_bar 15 'read-only disk' 'cannot mount'; return; }
    cp -r small.index disk/index && mount -o remount,ro disk
    for command in "$query search disk/index glacier" "$query similar disk/index hw-2010-0415-ashcloud" \
        "$query similar --all --quiet disk/index" "$query show disk/index hw-2010-0415-ashcloud" \
        "$query terms disk/index" "$index check disk/index" "$index info disk/index"; do
        cases=$((cases + 1))
        strace -f -o trace -e trace=%file $command >out 2>err || finding "15: $command: $(cat err)"
        grep -E 'disk/.*O_(CREAT|WRONLY|RDWR)' trace >&2 && finding "15: opened to write: $command"
    done
    for command in "add disk/index $root/data/pages" 'delete disk/index hw-2010-0415-ashcloud' 'merge disk/index'; do
        cases=$((cases + 1))
        "$index" $command >out 2>err
        [ $? -eq 3 ] && grep -q 'disk/index' err || finding "15: status $?: $command: $(cat err)"
    done
    umount disk
    counted 15 'read-only disk'
}

# ---- descriptors and limits ----

# Output that cannot be written is a failure, whatever writes it and however late.
standard_output()
{
    local command n
    for command in "$query search small.index glacier" "$query search --json -n all small.index the OR of" \
        "$query similar --all --jsonl --quiet small.index" "$query show small.index hw-2010-0415-ashcloud" \
        "$query terms small.index" "$index check small.index" "$index info small.index"; do
        cases=$((cases + 1))
        $command >/dev/full 2>err && finding "16: status 0: $command"
        [ -s err ] || finding "16: no message: $command"
        have_tools || continue
        for ((n = 1; n < 1000; n++)); do
            rm -f fault.log
            FAULT_STDFD=1 FAULT_CALLS=write FAULT_ERRNO=ENOSPC FAULT_N=$n FAULT_LOG=fault.log \
                LD_PRELOAD=$tools/faultfs.so $command >out 2>err && [ -s fault.log ] &&
                finding "16: write $n failed, status 0: $command"
            [ -s fault.log ] || break
            cases=$((cases + 1))
        done
    done
    for closed in '<&-' '>&-' '2>&-' '<&- >&- 2>&-'; do
        rm -rf closed
        eval "run closed small $closed" >out 2>err
        cases=$((cases + 1))
        state closed small.states "$last" >out || finding "16: $closed: $(cat out)"
    done
    counted 16 'output to a full device; closed descriptors'
}

limits()
{
    local n said=$scratch/said status
    for ((n = 0; n <= 60; n++)); do
        limited "-f $n"
    done
    for ((n = 4; n <= 40; n++)); do
        limited "-n $n"
    done
    counted 17 'limits of file size and descriptors'
}

limited()
{
    rm -rf limited
    # Without 2>err in the limited shell: its file would be limited, too.
    (ulimit $1 && run limited small) 2>&1 | cat >said
    status=${PIPESTATUS[0]}
    cases=$((cases + 1))
    [ "$status" -le 3 ] || finding "17: ulimit $1: status $status: $(tail -n 1 said)"
    state limited small.states >out || finding "17: ulimit $1: $(cat out)"
    run limited small >again 2>err || finding "17: ulimit $1, then none: $(cat err)"
    said='' state limited small.states "$last" >out || finding "17: ulimit $1, then none: $(cat out)"
}

if have_tools; then
    failing_calls
else
    for number in 10 11 12; do
        skip_bar $number 'failing calls' 'no fault tools in $BACKFILE_TOOLS'
    done
fi
wanted 13 && small_disks
wanted 14 && syncs
wanted 15 && read_only
wanted 16 && standard_output
wanted 17 && limits
finish
