/* recency.c - one pass over the dates, then a power of two an article. */
#include "query/recency.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool recency_parse(const char *text, double *half_life)
{
    static const char letters[] = "hdwmy";
    static const double seconds[] = {3600, 86400, 7 * 86400, 30.4375 * 86400, 365.25 * 86400};
    char *end;
    double number = *text >= '0' && *text <= '9' ? strtod(text, &end) : 0;
    if (!(number > 0) || number > 1e6 || !*end || end[1])
        return false;
    const char *unit = strchr(letters, *end);
    if (!unit)
        return false;
    *half_life = number * seconds[unit - letters];
    return true;
}

int recency_open(struct recency *r, const struct snapshot *s, double half_life, struct error *err)
{
    *r = (struct recency){half_life, INT64_MIN, INT64_MAX};
    int rc = BF_OK;
    for (uint32_t i = 0; i < s->count && !rc; i++) {
        const struct segment *segment = &s->segments[i];
        rc = columns_need(&segment->columns, COLUMN_DATE, err);
        for (uint32_t doc = 0; doc < segment->entry.docs && !rc; doc++) {
            struct date d = columns_date(&segment->columns, doc);
            if (!d.precision || deletes_has(&segment->deletes, doc))
                continue;
            r->newest = d.seconds > r->newest ? d.seconds : r->newest;
            r->oldest = d.seconds < r->oldest ? d.seconds : r->oldest;
        }
    }
    return rc;
}

double recency_factor(const struct recency *r, int64_t date)
{
    if (r->half_life <= 0 || r->newest < r->oldest)
        return 1;
    double age = (double)r->newest - (double)(date == DATE_NONE ? r->oldest : date);
    return age > 0 ? exp2(-age / r->half_life) : 1;
}
