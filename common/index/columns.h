/*
 * columns.h - what a segment knows of each article, by column: layout and reading.
 *
 * Kind "COLS". n articles, numbered from 0. Sections, in this order:
 *
 *    0  n x 1   length code (length.h) of title + body tokens
 *    1  n x 1   length code of the lead-weighted length: tokens + the tokens of title and lead
 *    2  n x 1   flags: bits 0-2 precision of the date, bit 3 its zone is known,
 *               bit 4 the title was derived from the body
 *    3  11 x 8  base of each of the columns 4 to 14
 *    4  title tokens
 *    5  tokens
 *    6  words of the distinct paragraphs
 *    7  date, seconds since 1970 UTC; or unknown
 *    8  when it was last modified (updated, else date); the same
 *    9  hash of all that there is of the article
 *   10  hash of the body
 *   11  category, a number in section 15
 *   12  the articles in byte order of their ids
 *   13  block of the text file that holds the article's record
 *   14  where in that block it starts
 *   15  category names, each a varint length and the bytes; 0 is ""
 *   16  authors, hosts, languages, sources and tags (values.h)
 *   17, 18, 19  ids and titles (names.h)
 *
 * The columns 4 to 14 are n x w, w = 0 to 8: what is to be added to the
 * column's base. The base is the smallest value and w no more than it takes;
 * of the times it is one less than the earliest, and 0 says that it is unknown.
 */
#ifndef INDEX_COLUMNS_H
#define INDEX_COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/bytes.h"
#include "common/base/date.h"
#include "common/base/error.h"
#include "common/index/names.h"
#include "common/io/frame.h"

enum column {
    COLUMN_LENGTH,
    COLUMN_LEAD_LENGTH,
    COLUMN_FLAGS,
    COLUMN_BASES,
    COLUMN_TITLE_TOKENS,
    COLUMN_TOKENS,
    COLUMN_WORDS,
    COLUMN_DATE,
    COLUMN_MODIFIED,
    COLUMN_CONTENT_HASH,
    COLUMN_BODY_HASH,
    COLUMN_CATEGORY,
    COLUMN_ID_ORDER,
    COLUMN_TEXT_BLOCK,
    COLUMN_TEXT_OFFSET,
    COLUMN_CATEGORY_NAMES,
    COLUMN_VALUES,
    COLUMN_NAME_OFFSETS,
    COLUMN_NAME_LENGTHS,
    COLUMN_NAMES,
    COLUMNS
};

#define FIRST_PACKED   COLUMN_TITLE_TOKENS
#define LAST_PACKED    COLUMN_TEXT_OFFSET
#define PACKED_COLUMNS (LAST_PACKED - FIRST_PACKED + 1)

#define DATE_NONE          INT64_MIN
#define FLAG_PRECISION     7u
#define FLAG_ZONE_KNOWN    8u
#define FLAG_TITLE_DERIVED 16u

/* Where a column's numbers stand. */
struct packed_column {
    const unsigned char *p;
    uint64_t base, mask;
    unsigned width; /* bytes */
};

struct columns {
    struct frame frame;
    uint32_t docs;
    struct packed_column packed[COLUMNS]; /* FIRST_PACKED to LAST_PACKED */
    struct names names;
    uint32_t categories;
    const unsigned char **category_names; /* each a varint length and the bytes */
};

/* Opening verifies the one-byte columns, the bases and the category names. What else is
 * read has to be verified first: the row of an article by columns_touch, one
 * column of it by columns_touch_in, a whole column by columns_need, everything
 * by columns_verify. columns_name, columns_ranked, columns_seek_id and
 * columns_row verify what they read themselves. */
int columns_open(struct columns *c, const char *path, struct error *err);
/* The same of what c->frame holds, which stays the caller's: columns_release
 * in place of columns_close. Where the category names are damaged there are
 * none. For what reads on behind damage. */
int columns_over(struct columns *c, const struct frame *frame, struct error *err);
void columns_release(struct columns *c);
void columns_close(struct columns *c); /* accepts a zeroed struct */
int columns_touch(const struct columns *c, uint32_t doc, struct error *err);
int columns_touch_in(const struct columns *c, enum column which, uint32_t doc, struct error *err);
int columns_need(const struct columns *c, enum column which, struct error *err);
int columns_verify(const struct columns *c, struct error *err);

static inline const unsigned char *column(const struct columns *c, enum column which)
{
    return c->frame.sections[which].p;
}

/* Where the article's value stands in a column of one number an article. */
const unsigned char *columns_cell(const struct columns *c, enum column which, uint32_t doc);

static inline uint8_t column_u8(const struct columns *c, enum column which, uint32_t doc)
{
    return column(c, which)[doc];
}

/* What stands in a packed column. Eight bytes are read, of which up to seven
 * belong to what follows: at the end of the file that is its tail. */
static inline uint64_t column_stored(const struct columns *c, enum column which, uint32_t doc)
{
    const struct packed_column *packed = &c->packed[which];
    return load_u64(packed->p + (size_t)packed->width * doc) & packed->mask;
}

/* That this is going to be read. */
static inline void column_expect(const struct columns *c, enum column which, uint32_t doc)
{
    const struct packed_column *packed = &c->packed[which];
    __builtin_prefetch(packed->p + (size_t)packed->width * doc);
}

static inline uint64_t column_u64(const struct columns *c, enum column which, uint32_t doc)
{
    return c->packed[which].base + column_stored(c, which, doc);
}

static inline uint32_t column_u32(const struct columns *c, enum column which, uint32_t doc)
{
    return (uint32_t)column_u64(c, which, doc);
}

/* COLUMN_DATE or COLUMN_MODIFIED: seconds, or DATE_NONE. */
static inline int64_t column_time(const struct columns *c, enum column which, uint32_t doc)
{
    uint64_t stored = column_stored(c, which, doc);
    return stored ? (int64_t)(c->packed[which].base + stored) : DATE_NONE;
}

static inline uint32_t column_title_tokens(const struct columns *c, uint32_t doc)
{
    return column_u32(c, COLUMN_TITLE_TOKENS, doc);
}

/* Bytes that a number takes: 0 for 0. */
static inline unsigned column_width(uint64_t most)
{
    return most ? (71 - (unsigned)__builtin_clzll(most)) / 8 : 0;
}

static inline bool column_is_packed(enum column which)
{
    return which >= FIRST_PACKED && which <= LAST_PACKED;
}

static inline bool column_is_time(enum column which)
{
    return which == COLUMN_DATE || which == COLUMN_MODIFIED;
}

/* Unknown, too, when it is none that an index can hold: those who read dates count on
 * the calendar. */
struct date columns_date(const struct columns *c, uint32_t doc);

/* The strings are valid until columns_close. */
int columns_name(const struct columns *c, uint32_t doc, struct text *id, struct text *title,
                 struct error *err);
struct text columns_category(const struct columns *c, uint32_t doc);
/* The same of a category's number, below c->categories. */
struct text columns_category_name(const struct columns *c, uint32_t number);

/* The articles in byte order of their ids, those with the same id side by side
 * (at most one of them is live): the article at a rank below `docs` ... */
int columns_ranked(const struct columns *c, uint32_t rank, uint32_t *doc, struct text *id,
                   struct error *err);
/* ... and the first rank of an id that is >= the given one; `docs` when there is none. */
int columns_seek_id(const struct columns *c, const char *id, size_t len, uint32_t *rank,
                    struct error *err);

#endif
