# topic.awk - labels (id, label), then lists (id, rank, other id, ...): precision@5,
# recall@5, precision of what is listed, articles in a list.
#
# Each measure is taken where it can reach 1. Precision: articles on a topic with five
# others or more. Recall: where there are fewer others, so that five places hold them all;
# "-" when every topic has more. What has no label is on another topic. part=tune takes
# every second article, part=test the others.

function wanted(id) { return part == "all" || part == half[id] }

NR == FNR { label[$1] = $2; members[$2]++; half[$1] = NR % 2 ? "tune" : "test"; next }

$1 in label && $2 <= 5 && !(($1, $3) in seen) {
    seen[$1, $3] = 1
    listed[$1]++
    if ($3 in label && label[$3] == label[$1])
        found[$1]++
}

END {
    for (id in half) {
        others = members[label[id]] - 1
        if (!wanted(id) || !others)
            continue
        if (others < 5) {
            small++
            recall += found[id] / others
            continue
        }
        large++
        hits += found[id]
        items += listed[id]
    }
    printf "%.4f %s %.4f %.2f\n", hits / large / 5, small ? sprintf("%.4f", recall / small) : "-",
        items ? hits / items : 1, items / large
}
