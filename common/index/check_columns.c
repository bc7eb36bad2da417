/* check_columns.c - each article's row against itself, and the sums against the manifest. */
#include <inttypes.h>
#include <stdlib.h>

#include "common/base/mem.h"
#include "common/index/check_parts.h"
#include "common/index/dictionary.h"
#include "common/index/length.h"
#include "common/index/limits.h"

/* ---- categories ---- */

static struct text name_at(const unsigned char *p, const unsigned char *end)
{
    struct bytes in = {p, end};
    struct text name = {"", 0};
    take_text(&in, &name);
    return name;
}

static int compare_names(const void *a, const void *b, void *end)
{
    struct text x = name_at(*(const unsigned char *const *)a, end);
    struct text y = name_at(*(const unsigned char *const *)b, end);
    return term_compare(x.p, x.len, y.p, y.len);
}

/* A filter finds a category by its first number: a second would hide articles. */
static int check_distinct(const struct columns *c, const unsigned char **sorted, struct error *err)
{
    const struct section *names = &c->frame.sections[COLUMN_CATEGORY_NAMES];
    void *end = (void *)(uintptr_t)(names->p + names->len);
    qsort_r(sorted, c->categories, sizeof *sorted, compare_names, end);
    for (uint32_t i = 1; i < c->categories; i++)
        if (!compare_names(&sorted[i - 1], &sorted[i], end))
            return frame_damaged(&c->frame, sorted[i], "a category stands twice", err);
    return BF_OK;
}

static int check_categories(const struct columns *c, struct error *err)
{
    if (!c->categories || *c->category_names[0])
        return frame_damaged(&c->frame, column(c, COLUMN_CATEGORY_NAMES),
                             "category 0 is not the empty one", err);
    const unsigned char **sorted = mem_dup(c->category_names, c->categories * sizeof *sorted);
    int rc = check_distinct(c, sorted, err);
    free(sorted);
    return rc;
}

/* ---- packing ---- */

static uint64_t largest(enum column which)
{
    switch (which) {
    case COLUMN_TITLE_TOKENS:
        return MAX_TITLE_TOKENS;
    case COLUMN_DATE:
    case COLUMN_MODIFIED:
    case COLUMN_CONTENT_HASH:
    case COLUMN_BODY_HASH:
        return UINT64_MAX;
    default:
        return UINT32_MAX;
    }
}

/* The smallest number must be the base itself, or of the times one more, and
 * the largest must need the width. */
static int check_packing(const struct columns *c, enum column which, struct error *err)
{
    const struct packed_column *packed = &c->packed[which];
    uint64_t first = column_is_time(which), least = UINT64_MAX, most = 0;
    for (uint32_t doc = 0; doc < c->docs; doc++) {
        uint64_t stored = column_stored(c, which, doc);
        least = stored >= first && stored < least ? stored : least;
        most = stored > most ? stored : most;
    }
    bool none = least == UINT64_MAX;
    if (none ? packed->base || packed->width
             : least != first || packed->width != column_width(most))
        return check_damaged(&c->frame, packed->p, err,
                             "column %u is packed from %" PRIu64 " on in %u bytes", which,
                             packed->base, packed->width);
    if (!none && !column_is_time(which) &&
        (packed->base > largest(which) || most > largest(which) - packed->base))
        return check_damaged(&c->frame, packed->p, err, "column %u goes beyond %" PRIu64, which,
                             largest(which));
    return BF_OK;
}

static int check_packed_columns(const struct columns *c, struct error *err)
{
    int rc = BF_OK;
    for (enum column i = FIRST_PACKED; i <= LAST_PACKED && !rc; i++)
        rc = check_packing(c, i, err);
    return rc;
}

/* ---- rows ---- */

static uint32_t lead_tokens(const struct columns *c, uint32_t doc)
{
    uint32_t title = column_title_tokens(c, doc);
    uint32_t body = column_u32(c, COLUMN_TOKENS, doc) - title;
    return title + (body < LEAD_TOKENS ? body : LEAD_TOKENS);
}

static int check_code(const struct columns *c, enum column which, uint32_t doc, uint64_t length,
                      struct error *err)
{
    unsigned found = column_u8(c, which, doc), expected = length_encode(length);
    if (found != expected)
        return check_damaged(&c->frame, columns_cell(c, which, doc), err,
                             "article %u: length code %u, but a length of %" PRIu64 " has %u", doc,
                             found, length, expected);
    return BF_OK;
}

static int check_lengths(const struct columns *c, uint32_t doc, struct error *err)
{
    uint32_t tokens = column_u32(c, COLUMN_TOKENS, doc), title = column_title_tokens(c, doc);
    if (tokens > MAX_DOC_TOKENS)
        return check_damaged(&c->frame, columns_cell(c, COLUMN_TOKENS, doc), err,
                             "article %u: %u tokens, %u are the most", doc, tokens, MAX_DOC_TOKENS);
    if (title > tokens)
        return check_damaged(&c->frame, columns_cell(c, COLUMN_TITLE_TOKENS, doc), err,
                             "article %u: %u title tokens of %u tokens", doc, title, tokens);
    int rc = check_code(c, COLUMN_LENGTH, doc, tokens, err);
    uint64_t weighted = (uint64_t)tokens + lead_tokens(c, doc);
    return rc ? rc : check_code(c, COLUMN_LEAD_LENGTH, doc, weighted, err);
}

static int check_time(const struct columns *c, enum column which, uint32_t doc, struct error *err)
{
    int64_t seconds = column_time(c, which, doc);
    if (seconds == DATE_NONE || (seconds >= DATE_FIRST && seconds < DATE_END))
        return BF_OK;
    return check_damaged(&c->frame, columns_cell(c, which, doc), err,
                         "article %u: %" PRId64 " seconds are outside the years 1 to 9999", doc,
                         seconds);
}

static int check_dates(const struct columns *c, uint32_t doc, struct error *err)
{
    uint8_t flags = column_u8(c, COLUMN_FLAGS, doc);
    unsigned precision = flags & FLAG_PRECISION;
    bool known = column_time(c, COLUMN_DATE, doc) != DATE_NONE;
    bool modified = column_time(c, COLUMN_MODIFIED, doc) != DATE_NONE;
    if (flags & ~(FLAG_PRECISION | FLAG_ZONE_KNOWN | FLAG_TITLE_DERIVED) ||
        precision > DATE_SECOND || known != (precision != DATE_UNKNOWN) ||
        (!known && flags & FLAG_ZONE_KNOWN))
        return check_damaged(&c->frame, columns_cell(c, COLUMN_FLAGS, doc), err,
                             "article %u: flags 0x%02x with a date that is %s", doc, flags,
                             known ? "known" : "not known");
    if (known && !modified)
        return check_damaged(&c->frame, columns_cell(c, COLUMN_MODIFIED, doc), err,
                             "article %u: a date, but not modified then or later", doc);
    int rc = check_time(c, COLUMN_DATE, doc, err);
    return rc ? rc : check_time(c, COLUMN_MODIFIED, doc, err);
}

static int check_name(const struct columns *c, uint32_t doc, struct error *err)
{
    struct text id, title;
    int rc = columns_name(c, doc, &id, &title, err);
    if (!rc && (id.len > MAX_ID_LENGTH || title.len > MAX_TITLE_LENGTH))
        rc = check_damaged(&c->frame, names_place(&c->names, doc), err,
                           "article %u: id of %zu bytes, title of %zu", doc, id.len, title.len);
    return rc;
}

/* Each block of names ends where the next one starts; so the first and the
 * last offset are what is left to look at. */
static int check_name_bounds(const struct columns *c, struct error *err)
{
    uint64_t first = load_u64(c->names.offsets.p);
    uint64_t last = load_u64(c->names.offsets.p + 8 * (size_t)c->names.blocks);
    if (first || last != c->names.names.len)
        return check_damaged(&c->frame, c->names.offsets.p, err,
                             "names from %" PRIu64 " to %" PRIu64 " of %zu bytes", first, last,
                             c->names.names.len);
    return BF_OK;
}

static int check_rows(const struct columns *c, struct error *err)
{
    int rc = check_name_bounds(c, err);
    for (uint32_t doc = 0; doc < c->docs && !rc; doc++) {
        rc = check_lengths(c, doc, err);
        if (!rc)
            rc = check_dates(c, doc, err);
        if (!rc)
            rc = check_name(c, doc, err);
    }
    return rc;
}

/* Strictly ascending by id and, for one id, by number: so it is a permutation. */
static int check_id_order(const struct columns *c, struct error *err)
{
    struct text before = {"", 0};
    uint32_t doc_before = 0;
    int rc = BF_OK;
    for (uint32_t rank = 0; rank < c->docs && !rc; rank++) {
        struct text id;
        uint32_t doc;
        rc = columns_ranked(c, rank, &doc, &id, err);
        if (rc)
            break;
        int order = rank ? term_compare(before.p, before.len, id.p, id.len) : -1;
        if (order > 0 || (order == 0 && doc_before >= doc))
            rc = check_damaged(&c->frame, columns_cell(c, COLUMN_ID_ORDER, rank), err,
                               "articles %u and %u are not in the order of their ids", doc_before,
                               doc);
        before = id;
        doc_before = doc;
    }
    return rc;
}

/* ---- sums ---- */

struct sums {
    uint64_t tokens, lead_tokens;
    uint64_t deleted_docs, deleted_tokens, deleted_lead_tokens;
};

static struct sums add_up(const struct segment *s)
{
    struct sums sums = {0};
    for (uint32_t doc = 0; doc < s->columns.docs; doc++) {
        uint32_t tokens = column_u32(&s->columns, COLUMN_TOKENS, doc);
        uint32_t lead = lead_tokens(&s->columns, doc);
        bool deleted = deletes_has(&s->deletes, doc);
        sums.tokens += tokens;
        sums.lead_tokens += lead;
        sums.deleted_docs += deleted;
        sums.deleted_tokens += deleted ? tokens : 0;
        sums.deleted_lead_tokens += deleted ? lead : 0;
    }
    return sums;
}

static int check_sum(const struct frame *f, const char *what, uint64_t found, uint64_t stated,
                     struct error *err)
{
    if (found == stated)
        return BF_OK;
    return check_damaged(f, f->map, err, "%" PRIu64 " %s, but the manifest says %" PRIu64, found,
                         what, stated);
}

static int check_sums(const struct segment *s, struct error *err)
{
    struct sums sums = add_up(s);
    const struct segment_entry *e = &s->entry;
    const struct frame *columns = &s->columns.frame;
    const struct frame *deletes = s->deletes.frame.map ? &s->deletes.frame : columns;
    int rc = check_sum(columns, "tokens", sums.tokens, e->tokens, err);
    if (!rc)
        rc = check_sum(columns, "lead tokens", sums.lead_tokens, e->lead_tokens, err);
    if (!rc)
        rc = check_sum(deletes, "deleted articles", sums.deleted_docs, e->deleted_docs, err);
    if (!rc)
        rc = check_sum(deletes, "deleted tokens", sums.deleted_tokens, e->deleted_tokens, err);
    if (!rc)
        rc = check_sum(deletes, "deleted lead tokens", sums.deleted_lead_tokens,
                       e->deleted_lead_tokens, err);
    return rc;
}

int check_columns(const struct segment *s, struct error *err)
{
    int rc = columns_verify(&s->columns, err);
    if (!rc)
        rc = check_categories(&s->columns, err);
    if (!rc)
        rc = check_packed_columns(&s->columns, err);
    if (!rc)
        rc = check_rows(&s->columns, err);
    if (!rc)
        rc = check_id_order(&s->columns, err);
    if (!rc)
        rc = check_sums(s, err);
    return rc;
}
