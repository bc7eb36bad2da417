/*
 * columns.h - what a segment knows of each article, by column: layout and reading.
 *
 * Kind "COLS". n articles, numbered from 0. Sections, in this order:
 *
 *    0  n x 1   length code (length.h) of title + body tokens
 *    1  n x 1   length code of the lead-weighted length: tokens + the tokens of title and lead
 *    2  n x 1   flags: bits 0-2 precision of the date, bit 3 its zone is known,
 *               bit 4 the title was derived from the body
 *    3  n x 2   title tokens
 *    4  n x 4   tokens
 *    5  n x 4   words of the distinct paragraphs
 *    6  n x 8   date, seconds since 1970 UTC; smallest value when unknown
 *    7  n x 8   when it was last modified (updated, else date); the same
 *    8  n x 8   hash of everything stored of the article
 *    9  n x 8   hash of the body
 *   10  n x 4   category, a number in section 11
 *   11          category names, each a varint length and the bytes; 0 is ""
 *   12  (n + 1) x 8  where each article's name starts in section 13
 *   13          names: varint length of the id, the id, the title
 *   14  n x 4   articles in byte order of their ids
 *   15  n x 4   block of the text file that holds the article's record
 *   16  n x 4   where in that block it starts
 *   17          authors, hosts, sources and tags (values.h)
 */
#ifndef INDEX_COLUMNS_H
#define INDEX_COLUMNS_H

#include <stddef.h>
#include <stdint.h>

#include "common/base/bytes.h"
#include "common/base/date.h"
#include "common/base/error.h"
#include "common/io/frame.h"

enum column {
    COLUMN_LENGTH,
    COLUMN_LEAD_LENGTH,
    COLUMN_FLAGS,
    COLUMN_TITLE_TOKENS,
    COLUMN_TOKENS,
    COLUMN_WORDS,
    COLUMN_DATE,
    COLUMN_MODIFIED,
    COLUMN_CONTENT_HASH,
    COLUMN_BODY_HASH,
    COLUMN_CATEGORY,
    COLUMN_CATEGORY_NAMES,
    COLUMN_NAME_OFFSETS,
    COLUMN_NAMES,
    COLUMN_ID_ORDER,
    COLUMN_TEXT_BLOCK,
    COLUMN_TEXT_OFFSET,
    COLUMN_VALUES,
    COLUMNS
};

#define DATE_NONE          INT64_MIN
#define FLAG_PRECISION     7u
#define FLAG_ZONE_KNOWN    8u
#define FLAG_TITLE_DERIVED 16u

struct columns {
    struct frame frame;
    uint32_t docs;
    uint32_t categories;
    const unsigned char **category_names; /* each a varint length and the bytes */
};

/* Opening verifies the one-byte columns and the category names. What else is
 * read has to be verified first: the row of an article by columns_touch, one
 * column of it by columns_touch_in, a whole column by columns_need, everything
 * by columns_verify. columns_name, columns_ranked, columns_seek_id and
 * columns_row verify what they read themselves. */
int columns_open(struct columns *c, const char *path, struct error *err);
void columns_close(struct columns *c); /* accepts a zeroed struct */
int columns_touch(const struct columns *c, uint32_t doc, struct error *err);
int columns_touch_in(const struct columns *c, enum column which, uint32_t doc, struct error *err);
int columns_need(const struct columns *c, enum column which, struct error *err);
int columns_verify(const struct columns *c, struct error *err);

static inline const unsigned char *column(const struct columns *c, enum column which)
{
    return c->frame.sections[which].p;
}

static inline uint8_t column_u8(const struct columns *c, enum column which, uint32_t doc)
{
    return column(c, which)[doc];
}

static inline uint32_t column_u32(const struct columns *c, enum column which, uint32_t doc)
{
    return load_u32(column(c, which) + 4 * (size_t)doc);
}

static inline uint64_t column_u64(const struct columns *c, enum column which, uint32_t doc)
{
    return load_u64(column(c, which) + 8 * (size_t)doc);
}

static inline uint32_t column_title_tokens(const struct columns *c, uint32_t doc)
{
    return load_u16(column(c, COLUMN_TITLE_TOKENS) + 2 * (size_t)doc);
}

struct date columns_date(const struct columns *c, uint32_t doc);

/* A string inside the mapped file: not terminated. */
struct text {
    const char *p;
    size_t len;
};

int columns_name(const struct columns *c, uint32_t doc, struct text *id, struct text *title,
                 struct error *err);
struct text columns_category(const struct columns *c, uint32_t doc);

/* The articles in byte order of their ids, those with the same id side by side
 * (at most one of them is live): the article at a rank below `docs` ... */
int columns_ranked(const struct columns *c, uint32_t rank, uint32_t *doc, struct text *id,
                   struct error *err);
/* ... and the first rank of an id that is >= the given one; `docs` when there is none. */
int columns_seek_id(const struct columns *c, const char *id, size_t len, uint32_t *rank,
                    struct error *err);

#endif
