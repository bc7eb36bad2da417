#!/bin/bash
# group_damage.sh - damaged and forged files: bars 21 to 25.
#
# $ASAN_BUILD, when set, is a build with sanitizers whose torture-damage is used.
. "$(dirname "$0")/lib.sh"
make_run tiny tiny tiny
rm tiny/merge
"$torture/commits.sh" "$build" base tiny >/dev/null 2>&1 || die 'no index'
damage=${ASAN_BUILD:-$build}/torture-damage
[ -x "$damage" ] || die "no $damage: make torture"

# damage NAME ARGUMENTS: in $jobs processes; the sums are then in $counts as "name=sum".
damage()
{
    local name=$1 n
    shift
    for ((n = 0; n < jobs; n++)); do
        mkdir -p "$name.$n"
        "$damage" --stride "$stride" --only "$n/$jobs" "$@" base "$torture/topics.tsv" "$name.$n" \
            >"$name.$n.out" 2>"$name.$n.err" &
    done
    wait
    for ((n = 0; n < jobs; n++)); do
        grep -q '^cases=' "$name.$n.out" || die "$(tail -n 3 "$name.$n.err")"
        [ "$(sed 's/.* findings=\([0-9]*\).*/\1/' "$name.$n.out")" -eq 0 ] || head -n 200 "$name.$n.err" >&2
    done
    cat "$name".*.out | tr ' ' '\n' | awk -F = '{ n[$1] += $2 } END { for (k in n) print k "=" n[k] }' >"$name.sums"
}

sum() { sed -n "s/^$2=//p" "$1.sums"; }

# Each byte flipped, zeroed and set to 255, each length, lost and doubled
# blocks, each file lost and put in each other's place.
accidents()
{
    damage accidents
    bar 21 'accidents: right answers or refusals, all found by check' "$(sum accidents cases)" \
        $(($(sum accidents findings) - $(sum accidents bloat) - $(sum accidents hang)))
    bar 24 'of these, none takes 2 s or twice the memory' "$(sum accidents cases)" \
        $(($(sum accidents bloat) + $(sum accidents hang)))
}

malice()
{
    damage malice --malice --salvage
    bar 25 'the same and more, with right checksums: no crash, no hang' "$(sum malice cases)" "$(sum malice findings)"
}

# Files of another index and of an older commit, by the programs themselves.
foreign()
{
    python3 "$torture/articles.py" parts other 3 12 && "$torture/commits.sh" "$build" other.index other >/dev/null 2>&1
    mkdir two && cp tiny/[12].jsonl two && "$torture/commits.sh" "$build" older two >/dev/null 2>&1
    python3 "$tools/corrupt.py" --index base --other other.index --older older --strict --jobs "$jobs" \
        --ops extend,zero,dup,delete,empty,swapfiles,swap,flip,trunc --stride "$(of 29 997)" --edge "$(of 48 4)" \
        --random "$(of 40 2)" --max-rss 200 --json corrupt.json \
        --query "$torture/answers.sh $build {D}" --check "$index check {D}" >corrupt.out 2>&1
    [ -r corrupt.json ] || die "corrupt.py: $(tail -n 3 corrupt.out)"
    findings=$(($(json_member bad corrupt.json) + $(json_member harmless corrupt.json | python3 -c 'print(len(eval(input())))')))
    [ "$findings" -eq 0 ] || cat corrupt.out >&2
    bar 23 'foreign and older files, by the programs themselves' "$(json_member cases corrupt.json)" "$findings"
}

wanted 21 22 24 && accidents
wanted 25 && malice
if ! wanted 23; then
    :
elif have_tools; then
    foreign
else
    skip_bar 23 'foreign and older files' 'no fault tools in $BACKFILE_TOOLS'
fi
finish
