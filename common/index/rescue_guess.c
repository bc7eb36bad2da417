/* rescue_guess.c - one hash for each thing that it could have been. */
#include "common/index/rescue_guess.h"

#include "common/index/record.h"

#define MOST_CATEGORIES 1000 /* that are tried */
#define PRECISIONS      (DATE_SECOND - DATE_YEAR + 1)
#define DATES           (1 + 2 * 2 * PRECISIONS)

/* None, and both times of the row in every precision. */
static unsigned list_dates(const struct columns *c, uint32_t doc, struct date dates[DATES])
{
    static const enum column times[] = {COLUMN_DATE, COLUMN_MODIFIED};
    unsigned n = 0;
    dates[n++] = (struct date){0};
    for (int i = 0; i < 2; i++) {
        int64_t seconds = column_time(c, times[i], doc);
        for (uint8_t precision = DATE_YEAR; precision <= DATE_SECOND; precision++) {
            dates[n++] = (struct date){seconds, precision, false};
            dates[n++] = (struct date){seconds, precision, true};
        }
    }
    return n;
}

static bool fits(const struct columns *c, uint32_t doc, uint64_t body_hash, const struct article *a)
{
    return record_content_hash(a, body_hash) == column_u64(c, COLUMN_CONTENT_HASH, doc);
}

static bool guess_date(const struct columns *c, uint32_t doc, uint64_t body_hash, struct article *a)
{
    struct date dates[DATES];
    unsigned count = list_dates(c, doc, dates);
    for (unsigned i = 0; i < count; i++) {
        a->date = dates[i];
        if ((!dates[i].precision || date_is_possible(&dates[i])) && fits(c, doc, body_hash, a))
            return true;
    }
    return false;
}

static bool guess_category(const struct columns *c, uint32_t doc, uint64_t body_hash,
                           struct arena *arena, struct article *a)
{
    for (uint32_t i = 0; i < c->categories && i < MOST_CATEGORIES; i++) {
        struct text name = columns_category_name(c, i);
        a->category = arena_strndup(arena, name.p, name.len);
        if (fits(c, doc, body_hash, a))
            return true;
    }
    return false;
}

bool rescue_guess(const struct columns *c, uint32_t doc, uint64_t body_hash, struct arena *arena,
                  struct article *a)
{
    struct article dated = *a, filed = *a;
    if (guess_date(c, doc, body_hash, &dated))
        *a = dated;
    else if (guess_category(c, doc, body_hash, arena, &filed))
        *a = filed;
    else
        return false;
    return true;
}
