# beside.awk - rows of several engines (engine, threads, metric, value, unit) as one
# line a metric with a column an engine; then, as rows, how Backfile's figures relate
# to those of each other engine on one thread: its value divided by the other's.
BEGIN { FS = OFS = "\t" }

!($1 in known) {
    known[$1]
    engines[++columns] = $1
}
{
    line = $2 FS $3
    if (!(line in unit)) {
        lines[++rows] = line
        unit[line] = $5
    }
    value[$1, line] = $4
}

# Ours / theirs, or turned round, where both are there.
function ratio(engine, name, metric, turned,    a, b)
{
    a = value["backfile", "1" FS metric]
    b = value[engine, "1" FS metric]
    if (a > 0 && b > 0)
        print "backfile/" engine, 1, name, sprintf("%.3g", turned ? b / a : a / b), "ratio"
}

function cell(engine, line) { return (engine, line) in value ? value[engine, line] : "-" }

END {
    printf "threads\tmetric\tunit"
    for (c = 1; c <= columns; c++)
        printf "\t%s", engines[c]
    print ""
    for (r = 1; r <= rows; r++) {
        split(lines[r], part, FS)
        printf "%s\t%s\t%s", part[1], part[2], unit[lines[r]]
        for (c = 1; c <= columns; c++)
            printf "\t%s", cell(engines[c], lines[r])
        print ""
    }
    print ""
    for (c = 1; c <= columns; c++) {
        engine = engines[c]
        if (engine == "backfile")
            continue
        # The same bodies: the rates relate as the times do, the other way round.
        ratio(engine, "index_cpu_rate_stored_pos", "index_cpu_stored_pos", 1)
        ratio(engine, "index_bytes_stored_pos", "index_bytes_stored_pos", 0)
        ratio(engine, "or_top10_mean", "or_top10_mean", 0)
        ratio(engine, "and_top10_mean", "and_top10_mean", 0)
        ratio(engine, "phrase_top10_mean", "phrase_top10_mean", 0)
        ratio(engine, "similar5_docs_per_s", "similar5_docs_per_s", 0)
    }
}
