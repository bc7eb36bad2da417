# first.awk - in how many lists the first article bears the very headline, in hundredths.
#
#     awk -F '\t' -f first.awk HEADLINE_PAIRS LISTS
#
# HEADLINE_PAIRS: as pairs.awk prints them; LISTS: as `similar --all --tsv`.
FNR == NR {
    same[$1, $2] = same[$2, $1] = 1
    next
}
$2 == 1 {
    lists++
    copies += ($1, $3) in same
}
END { printf "%.2f of %d\n", lists ? 100 * copies / lists : 0, lists }
