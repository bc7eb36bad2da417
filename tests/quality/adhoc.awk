# adhoc.awk - judgements (query, iteration, document, grade), then a run (query, Q0,
# document, rank, ...): MAP and nDCG@10 as trec_eval has them, over the queries with
# something relevant.

function log2(x) { return log(x) / log(2) }

NR == FNR {
    if ($4 >= 1) {
        grade[$1, $3] = $4
        relevant[$1]++
        grades[$1] = grades[$1] " " $4
    }
    next
}

{
    g = grade[$1, $3]
    if (g >= 1) {
        precision[$1] += ++hits[$1] / $4
        if ($4 <= 10)
            gain[$1] += g / log2($4 + 1)
    }
}

function ideal(query, list, n, i, k, t, sum)
{
    n = split(grades[query], list, " ")
    for (i = 2; i <= n; i++)
        for (k = i; k > 1 && list[k] + 0 > list[k - 1] + 0; k--) {
            t = list[k]; list[k] = list[k - 1]; list[k - 1] = t
        }
    for (i = 1; i <= n && i <= 10; i++)
        sum += list[i] / log2(i + 1)
    return sum
}

END {
    for (query in relevant) {
        n++
        map += precision[query] / relevant[query]
        ndcg += gain[query] / ideal(query)
    }
    printf "%.4f %.4f\n", map / n, ndcg / n
}
