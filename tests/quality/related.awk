# related.awk - lists (id, rank, other id, ...), then pairs of related ids: the part of
# the pairs that is listed.

NR == FNR { listed[$1, $3] = 1; next }

/^#/ { next }

{ pairs++; found += ($1, $2) in listed }

END { printf "%.4f\n", found / pairs }
