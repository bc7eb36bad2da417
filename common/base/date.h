/*
 * date.h - points in time as archives spell them.
 *
 * A date is seconds since 1970-01-01T00:00:00Z together with how precisely it
 * was given. An unknown date has precision DATE_UNKNOWN and stays unknown: it
 * never becomes 1970.
 */
#ifndef BASE_DATE_H
#define BASE_DATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum date_precision {
    DATE_UNKNOWN = 0,
    DATE_YEAR = 1,
    DATE_MONTH = 2,
    DATE_DAY = 3,
    DATE_MINUTE = 4,
    DATE_SECOND = 5
};

struct date {
    int64_t seconds;   /* UTC; 0 when unknown */
    uint8_t precision; /* enum date_precision */
    bool zone_known;   /* the spelling named its zone; otherwise UTC is assumed */
};

/* Longest text date_format writes, with its terminator. */
#define DATE_TEXT_BYTES 32

/*
 * Reads a date in any of the spellings below; the whole text must be one, but
 * for blanks round it. False, with *out untouched, when it is none of them, is
 * impossible (2023-02-30), ambiguous (08/06/2018), or outside the years 1..9999.
 *
 *   ISO 8601 and RFC 3339, extended and basic: a year, a month, a day, a day
 *   of the year or of a week, with or without a time; 2023/07/12 07:33;
 *   RFC 822, RFC 850, asctime; July 12, 2023; July 2023; 12 July 2023;
 *   Jul. 12, 2023 7:33 a.m. EDT; 26-FEB-1987 15:01:01.79; 20230712073300;
 *   2023\xe5\xb9\xb47\xe6\x9c\x8812\xe6\x97\xa5, with a day of the week in brackets or without;
 *   an epoch as date_from_epoch, in digits; and day, month and year with the
 *   names that German, French, Spanish, Portuguese, Italian and Dutch have for
 *   months: 12. Juli 2023, le 1er ao\xc3\xbbt 2023, 12 de julio de 2023.
 *
 * A named day of the week is not compared with the date. A zone whose name
 * means several offsets, or none that is known, counts as not given (RFC 2822,
 * 4.3). Less than a second is cut off. Numbers only, with the year last, are
 * refused whatever they are: in an archive that writes 25/12/2018, 08/06/2018
 * stands beside it. So are twelve digits that may be a date or milliseconds.
 */
bool date_parse(const char *text, size_t len, struct date *out);

/* What stands first in a date of numbers only with the year last or in two
 * digits: 08/06/2018, 8.6.18, 18-06-08. */
enum date_order {
    DATE_ORDER_UNKNOWN, /* such dates are refused */
    DATE_ORDER_DMY,
    DATE_ORDER_MDY,
    DATE_ORDER_YMD
};

/* As date_parse, and such dates in that order. Two digits of a year are 1950
 * to 2049. What the order makes impossible is refused still. */
bool date_parse_ordered(const char *text, size_t len, enum date_order order, struct date *out);

/* "dmy", "mdy" or "ymd". */
bool date_order_named(const char *name, enum date_order *order);

/*
 * Epoch seconds, milliseconds or microseconds, told apart by their size:
 * 1e8 to 1e10, 1e11 to 1e13, 1e14 to 1e16, and the same below zero. That is
 * 1973 to 2286, and before 1966; what lies between is refused, because 0, -1
 * and 20230712 are found where no epoch was meant. False for NaN.
 */
bool date_from_epoch(double epoch, struct date *out);

/* The years 1 to 9999, in seconds since 1970: [DATE_FIRST, DATE_END). */
#define DATE_FIRST INT64_C(-62135596800)
#define DATE_END   INT64_C(253402300800)

/* Whether it is a date that an index can hold: of a known precision, in those years. */
static inline bool date_is_possible(const struct date *d)
{
    return d->precision >= DATE_YEAR && d->precision <= DATE_SECOND && d->seconds >= DATE_FIRST &&
           d->seconds < DATE_END;
}

/* RFC 3339 to the date's precision: "2023", "2023-07", "2023-07-12",
 * "2023-07-12T07:33Z", "2023-07-12T07:33:00Z" (without Z when the zone is not
 * known); "" when unknown. Returns out. */
const char *date_format(const struct date *d, char out[DATE_TEXT_BYTES]);

/* As a reader's page writes it: "July 12, 2023"; "" when unknown. */
const char *date_format_long(const struct date *d, char out[DATE_TEXT_BYTES]);

#endif
