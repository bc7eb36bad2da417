# grouped.awk - how many of the pairs are in one group of copies, in hundredths.
#
#     awk -F '\t' -f grouped.awk GROUPS PAIRS
#
# GROUPS: leader, rank, copy, ... as `similar --all-copies --tsv` prints them.
FNR == NR {
    group[$1] = $1
    group[$3] = $1
    next
}
{
    pairs++
    grouped += ($1 in group) && ($2 in group) && group[$1] == group[$2]
}
END { printf "%.1f of %d\n", pairs ? 100 * grouped / pairs : 0, pairs }
