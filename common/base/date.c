/*
 * date.c - points in time: what their numbers mean, and one form to write them.
 *
 * Whatever the spelling, complete() has the last word: it refuses what no
 * calendar has, so that no impossible date turns into a neighbouring one.
 */
#include "common/base/date.h"

#include <stdio.h>
#include <string.h>

#include "common/base/calendar.h"
#include "common/base/date_names.h"
#include "common/base/date_spelling.h"

#define SECONDS_PER_DAY INT64_C(86400)

/* --- reading --- */

static bool valid_day(const struct calendar_day *d)
{
    return d->year >= 1 && d->year <= 9999 && d->month >= 1 && d->month <= 12 && d->day >= 1 &&
           d->day <= calendar_days_in_month(d->year, d->month);
}

/* 24:00 is the end of a day; a leap second is kept as the second before it. */
static bool valid_clock(struct moment *m)
{
    if (m->second == 60 && m->minute == 59)
        m->second = 59;
    if (m->hour == 24)
        return m->minute == 0 && m->second == 0;
    return m->hour < 24 && m->minute < 60 && m->second < 60;
}

static bool complete(struct moment *m, struct date *out)
{
    if (!valid_day(&m->day) || !valid_clock(m))
        return false;
    int64_t days = calendar_day_number(&m->day) - CALENDAR_DAY_OF_1970;
    int64_t minutes = m->hour * 60 + m->minute - m->offset_minutes;
    int64_t seconds = days * SECONDS_PER_DAY + minutes * 60 + m->second;
    const struct date d = {seconds, (uint8_t)m->precision, m->zone_known};
    if (!date_is_possible(&d))
        return false;
    *out = d;
    return true;
}

/* A decimal number without exponent; false when it is anything else. */
static bool read_number(const char *text, size_t len, double *value)
{
    const char *p = text, *end = text + len;
    bool negative = p < end && *p == '-';
    double weight = 1, v = 0;
    bool fraction = false;
    for (p += negative; p < end; p++) {
        if (*p == '.' && !fraction) {
            fraction = true;
        } else if (*p < '0' || *p > '9') {
            return false;
        } else if (fraction) {
            v += (*p - '0') * (weight /= 10);
        } else {
            v = v * 10 + (*p - '0');
        }
    }
    *value = negative ? -v : v;
    return true;
}

static bool parse_number(const char *text, size_t len, struct date *out)
{
    struct moment m;
    struct date compact;
    double value;
    bool is_date = read_compact_date(text, len, &m) && complete(&m, &compact);
    if (is_date && len == 12) /* yyyymmddhhmm, or milliseconds of 1976? */
        return false;
    if (is_date) {
        *out = compact;
        return true;
    }
    return read_number(text, len, &value) && date_from_epoch(value, out);
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool date_parse(const char *text, size_t len, struct date *out)
{
    return date_parse_ordered(text, len, DATE_ORDER_UNKNOWN, out);
}

bool date_order_named(const char *name, enum date_order *order)
{
    static const char *const names[] = {"", "dmy", "mdy", "ymd"};
    for (int i = DATE_ORDER_DMY; i <= DATE_ORDER_YMD; i++) {
        if (strcmp(name, names[i]) == 0) {
            *order = (enum date_order)i;
            return true;
        }
    }
    return false;
}

bool date_parse_ordered(const char *text, size_t len, enum date_order order, struct date *out)
{
    struct moment m;
    const char *end = text + len;
    while (text < end && is_blank(*text))
        text++;
    while (end > text && is_blank(end[-1]))
        end--;
    len = (size_t)(end - text);
    return parse_number(text, len, out) ||
           (read_spelled_date(text, len, order, &m) && complete(&m, out));
}

bool date_from_epoch(double epoch, struct date *out)
{
    double size = epoch < 0 ? -epoch : epoch, unit;
    if (size >= 1e8 && size < 1e10)
        unit = 1;
    else if (size >= 1e11 && size < 1e13)
        unit = 1e3;
    else if (size >= 1e14 && size < 1e16)
        unit = 1e6;
    else
        return false;
    int64_t seconds = (int64_t)(epoch / unit);
    if ((double)seconds * unit > epoch)
        seconds--;
    *out = (struct date){seconds, DATE_SECOND, true};
    return true;
}

/* --- writing --- */

static struct moment moment_of(const struct date *d)
{
    int64_t since_year_1 = d->seconds + CALENDAR_DAY_OF_1970 * SECONDS_PER_DAY;
    int second = (int)(since_year_1 % SECONDS_PER_DAY);
    return (struct moment){.day = calendar_day_of(since_year_1 / SECONDS_PER_DAY),
                           .hour = second / 3600,
                           .minute = second / 60 % 60,
                           .second = second % 60};
}

const char *date_format(const struct date *d, char out[DATE_TEXT_BYTES])
{
    static const int lengths[] = {0, 4, 7, 10, 16, 19}; /* by precision */
    *out = '\0';
    if (!date_is_possible(d))
        return out;
    struct moment m = moment_of(d);
    snprintf(out, DATE_TEXT_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d", m.day.year, m.day.month,
             m.day.day, m.hour, m.minute, m.second);
    int n = lengths[d->precision];
    if (d->precision >= DATE_MINUTE && d->zone_known)
        out[n++] = 'Z';
    out[n] = '\0';
    return out;
}

const char *date_format_long(const struct date *d, char out[DATE_TEXT_BYTES])
{
    *out = '\0';
    if (!date_is_possible(d))
        return out;
    struct moment m = moment_of(d);
    const char *month = month_name(m.day.month);
    if (d->precision == DATE_YEAR)
        snprintf(out, DATE_TEXT_BYTES, "%d", m.day.year);
    else if (d->precision == DATE_MONTH)
        snprintf(out, DATE_TEXT_BYTES, "%s %d", month, m.day.year);
    else
        snprintf(out, DATE_TEXT_BYTES, "%s %d, %d", month, m.day.day, m.day.year);
    return out;
}
