/* copies.c - counting by one pass over the column of body hashes. */
#include "query/copies.h"

#include <string.h>

#include "common/base/hash.h"

uint64_t copies_no_body(void)
{
    return hash64("", 0, 0);
}

void copies_count(const struct snapshot *s, const uint64_t *hashes, size_t n, uint32_t *counts)
{
    memset(counts, 0, n * sizeof *counts);
    for (uint32_t i = 0; i < s->count; i++) {
        const struct segment *segment = &s->segments[i];
        for (uint32_t doc = 0; doc < segment->entry.docs; doc++) {
            uint64_t hash = column_u64(&segment->columns, COLUMN_BODY_HASH, doc);
            for (size_t k = 0; k < n; k++)
                if (hash == hashes[k] && !deletes_has(&segment->deletes, doc))
                    counts[k]++;
        }
    }
}
