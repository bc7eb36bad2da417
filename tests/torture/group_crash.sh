#!/bin/bash
# group_crash.sh - killed processes and power cuts: bars 1 to 9.
. "$(dirname "$0")/lib.sh"
if ! have_tools; then
    for number in 1 2 3 4 5 6 7 8 9; do
        skip_bar $number 'crashes' 'no fault tools in $BACKFILE_TOOLS'
    done
    finish
fi

# sweep CALLS MODE [ARGUMENTS]: each call of the small run by turns; then it
# is run again, and must end as if nothing had been.
sweep()
{
    local calls=$1 mode=$2
    shift 2
    loop --sweep --calls "$calls" --mode "$mode" --step "$stride" \
        --run "$torture/commits.sh $build {W} $scratch/small" \
        --check "$torture/state.sh $build {W} $scratch/small.states" \
        --resume "$torture/commits.sh $build {W} $scratch/small" \
        --final "$torture/state.sh $build {W} $scratch/small.states $last" "$@"
}

again=0 again_findings=0
counted_again()
{
    again=$((again + cases)) again_findings=$((again_findings + findings))
    counted "$@"
}

kills()
{
    if wanted 2; then
        sweep DISK kill
        sweep DISK kill-after
        counted_again 2 'killed before and after each call'
    fi
    wanted 3 || return
    sweep WRITES torn
    counted_again 3 'killed in the middle of each write'
}

# What is there is a base of one commit, or nothing at all.
power_cuts()
{
    local number what base
    mkdir -p base/parts && cp small/1.jsonl base/parts && "$torture/commits.sh" "$build" base/index base/parts >/dev/null 2>&1
    for number in 4 5; do
        wanted $number || continue
        base=()
        what='power cut from the very first commit on'
        [ $number = 4 ] && base=(--base base/index) && what='power cut after each operation'
        BASE_GENERATION=$((5 - number)) python3 "$tools/powercut.py" "${base[@]}" --jobs "$jobs" --seeds 5 \
            --step "$stride" --run "$torture/commits.sh $build {W} $scratch/small" \
            --check "$torture/state.sh $build {W} $scratch/small.states &&
                CRASH_STDOUT= $torture/commits.sh $build {W} $scratch/small >/dev/null &&
                CRASH_STDOUT= $torture/state.sh $build {W} $scratch/small.states $last" >cut.out 2>&1
        [ $? -le 1 ] || die "powercut.py: $(tail -n 3 cut.out)"
        cases=$(sed -n 's/^SUMMARY .* states=\([0-9]*\) .*/\1/p' cut.out)
        findings=$(sed -n 's/^SUMMARY .* bad=\([0-9]*\) .*/\1/p' cut.out)
        [ "$findings" -eq 0 ] || cat cut.out >&2
        counted_again $number "$what"
    done
}

merges()
{
    cp -r small unmerged && rm unmerged/merge
    "$torture/commits.sh" "$build" unmerged.index unmerged >/dev/null 2>&1 || die 'no index to merge'
    for mode in kill kill-after; do
        BASE_GENERATION=$((last - 1)) loop --sweep --calls DISK --mode $mode --base unmerged.index \
            --run "$index merge {W}" --check "$torture/state.sh $build {W} $scratch/small.states" \
            --resume "$index merge {W}" --final "$torture/state.sh $build {W} $scratch/small.states $last"
    done
    counted_again 8 'killed while merging and removing old segments'
}

# A run killed in the middle, and each call of the next one fails or kills.
twice()
{
    local at
    for at in 60 $(of '140 200' ''); do
        rm -rf killed
        { FAULT_CALLS=DISK FAULT_N=$at FAULT_MODE=kill FAULT_PATH=$scratch/killed LD_PRELOAD=$tools/faultfs.so \
            "$torture/commits.sh" "$build" killed small >killed.out; } 2>/dev/null
        BASE_GENERATION=$(sed -n 's/^COMMITTED //p' killed.out | tail -n 1)
        export BASE_GENERATION
        sweep DISK kill --base killed
        sweep DISK errno --errno EIO --base killed
        unset BASE_GENERATION
    done
    counted_again 9 'killed, then each call of the next run fails'
}

# Ten thousand articles in fifty commits, or KILL_ARTICLES=N: of one process, then of fifty.
random_kills()
{
    local articles=${KILL_ARTICLES:-$(of 10000 1000)} add
    export ANSWERS=brief
    make_run big parts big 50 "$articles"
    cat big/*.jsonl >big.jsonl
    add="$index add -q -t 1 --commit-every $((articles / 50)) {W} $scratch/big.jsonl"
    loop --kill-random "$(of 1000 20)" --run "$add" --resume "$add" \
        --check "$torture/state.sh $build {W} $scratch/big.states" \
        --final "$torture/state.sh $build {W} $scratch/big.states 50"
    counted_again 1 'killed at random times of fifty commits on the way'
    loop --kill-random "$(of 1000 20)" \
        --run "$torture/commits.sh $build {W} $scratch/big" \
        --check "$torture/state.sh $build {W} $scratch/big.states" \
        --resume "$torture/commits.sh $build {W} $scratch/big" \
        --final "$torture/state.sh $build {W} $scratch/big.states $last"
    unset ANSWERS
    counted_again 1 'killed at random times of fifty commits'
}

make_run small small small
wanted 2 3 && kills
wanted 4 5 && power_cuts
wanted 8 && merges
wanted 9 && twice
wanted 1 && random_kills
# Part of all of these: the next run ends well, and nothing is left over after it.
bar 6 'run again after each: the same answers' $again "$again_findings"
bar 7 'files left over after that' $again "$again_findings"
finish
