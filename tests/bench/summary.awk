# summary.awk - of rows that repeat (engine, threads, metric, value, unit) the
# median, in the order of their first appearance; behind it, as ..._spread, how far
# the runs lay apart, where they did: largest less smallest, in % of the median.
BEGIN { FS = OFS = "\t" }

# A peer's row may have a word for its value.
NF == 5 && $4 ~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/ {
    key = $1 FS $2 FS $3
    if (!(key in count)) {
        keys[++rows] = key
        unit[key] = $5
    }
    values[key, ++count[key]] = $4 + 0
}

function sort_values(key,    i, j, v)
{
    for (i = 2; i <= count[key]; i++) {
        v = values[key, i]
        for (j = i - 1; j > 0 && values[key, j] > v; j--)
            values[key, j + 1] = values[key, j]
        values[key, j + 1] = v
    }
}

function number(x) { return sprintf(x == int(x) ? "%.0f" : "%.6g", x) }

END {
    for (r = 1; r <= rows; r++) {
        key = keys[r]
        n = count[key]
        sort_values(key)
        median = (values[key, int((n + 1) / 2)] + values[key, int(n / 2) + 1]) / 2
        apart = values[key, n] - values[key, 1]
        print key, number(median), unit[key]
        if (median > 0 && apart > 0)
            print key "_spread", sprintf("%.1f", 100 * apart / median), "%"
    }
}
