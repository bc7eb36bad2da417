# pearson.awk - people's similarity of pairs (id, id, similarity), then lists (id,
# rank, other id, similarity): the correlation over all pairs.
#
# A pair's similarity is the mean of both directions, each squared: the part of the one
# article's own score that the other has. 0 where the other is not listed.

NR == FNR { human[$1, $2] = $3; next }

{ ours[$1, $3] = $4 * $4 }

END {
    for (pair in human) {
        split(pair, id, SUBSEP)
        x = human[pair]
        y = (ours[id[1], id[2]] + ours[id[2], id[1]]) / 2
        n++
        sx += x; sy += y; sxx += x * x; syy += y * y; sxy += x * y
    }
    printf "%.4f\n", (n * sxy - sx * sy) / sqrt((n * sxx - sx * sx) * (n * syy - sy * sy))
}
