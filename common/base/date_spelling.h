/*
 * date_spelling.h - the grammar behind date_parse: from text to the numbers
 * that it names, not yet checked against the calendar.
 */
#ifndef BASE_DATE_SPELLING_H
#define BASE_DATE_SPELLING_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/calendar.h"
#include "common/base/date.h"

struct moment {
    struct calendar_day day; /* month and day are 1 when not given */
    int hour, minute, second;
    int offset_minutes; /* east of Greenwich */
    bool zone_known;
    enum date_precision precision;
};

/* Both are false when the text, without blanks round it, is something else.
 * Digits only: yyyy, yyyyddd, yyyymmdd, yyyymmddhhmm, yyyymmddhhmmss. */
bool read_compact_date(const char *text, size_t len, struct moment *m);
bool read_spelled_date(const char *text, size_t len, enum date_order order, struct moment *m);

#endif
