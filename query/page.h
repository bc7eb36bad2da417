/*
 * page.h - the mark between two pages of a ranking.
 *
 * A mark names the last article of a page by its place in the total order, so
 * the next page begins right behind it, whatever the pages' lengths are and
 * however many articles have the same score. It is for the query, the options
 * and the order that it came from; once the index has changed it still names a
 * place, but scores may have moved past it.
 *
 *     mark   base64url (RFC 4648, without padding) of
 *            4  of the hash of what was asked
 *            4  of the hash of the statistics that scores depend on
 *            4  rank
 *            4  units
 *            8  date
 *               id
 */
#ifndef QUERY_PAGE_H
#define QUERY_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/error.h"
#include "common/base/mem.h"
#include "common/index/columns.h"

struct page_mark {
    uint32_t asked;   /* hash of what was asked */
    uint32_t archive; /* hash of its statistics: articles and tokens */
    uint32_t rank;    /* of the article, from 1 */
    uint32_t units;
    int64_t date; /* DATE_NONE when unknown */
    struct text id;
};

void page_mark_write(const struct page_mark *m, struct buf *out);

/* The id lies in the arena. BF_ERR_USAGE for what is no mark. */
int page_mark_read(struct page_mark *m, const char *text, struct arena *arena, struct error *err);

#endif
