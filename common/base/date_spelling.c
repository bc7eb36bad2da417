/*
 * date_spelling.c - a recursive-descent reader of the dates that people and
 * programs write. A take_* function that returns false may have moved; where
 * another reading is tried afterwards, it works on a copy of the scan.
 */
#include "common/base/date_spelling.h"

#include <string.h>
#include <strings.h>

#include "common/base/date_names.h"

struct scan {
    const char *p;
    const char *end;
};

/* Names that mean one offset only, or one to the readers of RFC 822. IST, ET
 * and their like are not here: see take_unknown_zone. */
static const struct {
    const char *name;
    int minutes;
} zones[] = {
    {"UTC", 0},     {"GMT", 0},     {"UT", 0},     {"WET", 0},    {"BST", 60},   {"WEST", 60},
    {"CET", 60},    {"MET", 60},    {"CEST", 120}, {"MEST", 120}, {"EET", 120},  {"EEST", 180},
    {"MSK", 180},   {"HKT", 480},   {"SGT", 480},  {"AWST", 480}, {"JST", 540},  {"KST", 540},
    {"ACST", 570},  {"ACDT", 630},  {"AEST", 600}, {"AEDT", 660}, {"NZST", 720}, {"NZDT", 780},
    {"NST", -210},  {"NDT", -150},  {"AST", -240}, {"ADT", -180}, {"EST", -300}, {"EDT", -240},
    {"CST", -360},  {"CDT", -300},  {"MST", -420}, {"MDT", -360}, {"PST", -480}, {"PDT", -420},
    {"AKST", -540}, {"AKDT", -480}, {"HST", -600}, {"BRT", -180}, {"ART", -180},
};

/* --- pieces of a spelling --- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static size_t left(const struct scan *s)
{
    return (size_t)(s->end - s->p);
}

static size_t digit_run(const struct scan *s)
{
    size_t n = 0;
    while (n < left(s) && is_digit(s->p[n]))
        n++;
    return n;
}

static size_t letter_run(const struct scan *s)
{
    size_t n = 0;
    while (n < left(s) && is_letter(s->p[n]))
        n++;
    return n;
}

static bool take(struct scan *s, char c)
{
    if (s->p == s->end || *s->p != c)
        return false;
    s->p++;
    return true;
}

static bool take_text(struct scan *s, const char *text)
{
    size_t n = strlen(text);
    if (n > left(s) || memcmp(s->p, text, n) != 0)
        return false;
    s->p += n;
    return true;
}

static bool take_blanks(struct scan *s)
{
    const char *start = s->p;
    while (s->p < s->end && is_blank(*s->p))
        s->p++;
    return s->p > start;
}

/* Exactly n digits, whatever follows them. */
static bool take_digits(struct scan *s, size_t n, int *value)
{
    if (digit_run(s) < n)
        return false;
    int v = 0;
    for (size_t i = 0; i < n; i++)
        v = v * 10 + (*s->p++ - '0');
    *value = v;
    return true;
}

/* A number of one or two digits that ends where its digits end. */
static bool take_short_number(struct scan *s, int *value)
{
    size_t n = digit_run(s);
    return (n == 1 || n == 2) && take_digits(s, n, value);
}

static bool take_month(struct scan *s, int *month)
{
    size_t n = month_of_name(s->p, left(s), month);
    s->p += n;
    take(s, n ? '.' : '\0');
    return n > 0;
}

/* What follows the number of a day: July 12th, 12. Juli, 1er ao\xc3\xbbt, 1\xc2\xba de maio. */
static void take_ordinal_suffix(struct scan *s)
{
    static const char *const suffixes[] = {"st", "nd", "rd", "th", "er"};
    for (size_t i = 0; letter_run(s) == 2 && i < sizeof suffixes / sizeof *suffixes; i++)
        if (strncasecmp(s->p, suffixes[i], 2) == 0)
            s->p += 2;
    if (!take_text(s, "\xc2\xba") && left(s) > 1 && is_blank(s->p[1]))
        take(s, '.');
}

/* The "de" of 12 de julio de 2023. */
static void take_of(struct scan *s)
{
    if (take_text(s, "de ") || take_text(s, "del "))
        take_blanks(s);
}

/* --- zones --- */

static bool take_offset(struct scan *s, struct moment *m)
{
    struct scan t = *s;
    int hours, minutes = 0;
    bool east = take(&t, '+');
    if (!east && !take(&t, '-'))
        return false;
    if (!take_digits(&t, 2, &hours))
        return false;
    if ((take(&t, ':') || digit_run(&t)) && !take_digits(&t, 2, &minutes))
        return false;
    if (hours > 15 || minutes > 59)
        return false;
    m->offset_minutes = (east ? 1 : -1) * (hours * 60 + minutes);
    /* RFC 3339: -00:00 is a time in UTC whose local zone nobody knows. */
    m->zone_known = east || m->offset_minutes != 0;
    *s = t;
    return true;
}

static bool take_zone_name(struct scan *s, struct moment *m)
{
    size_t n = letter_run(s);
    if (n == 1 && (*s->p == 'Z' || *s->p == 'z')) {
        s->p++;
        m->zone_known = true;
        return true;
    }
    for (size_t i = 0; i < sizeof zones / sizeof *zones; i++) {
        if (n != strlen(zones[i].name) || strncasecmp(s->p, zones[i].name, n) != 0)
            continue;
        s->p += n;
        m->offset_minutes = zones[i].minutes;
        m->zone_known = true;
        return true;
    }
    return false;
}

/* RFC 2822, 4.3: a zone whose meaning is not known counts as none. */
static bool take_unknown_zone(struct scan *s)
{
    size_t n = letter_run(s);
    if (n < 2 || n > 5)
        return false;
    for (size_t i = 0; i < n; i++)
        if (s->p[i] > 'Z')
            return false;
    s->p += n;
    return true;
}

/* "(JST)", "[Asia/Tokyo]" */
static bool take_in_brackets(struct scan *s)
{
    struct scan t = *s;
    take_blanks(&t);
    char closing = take(&t, '(') ? ')' : take(&t, '[') ? ']' : '\0';
    const char *close = closing ? memchr(t.p, closing, left(&t)) : NULL;
    if (close)
        s->p = close + 1;
    return close != NULL;
}

/* What repeats a zone already given: the same, or "+0000 UTC". */
static void take_zone_comment(struct scan *s)
{
    struct scan t = *s;
    struct moment ignored;
    if (take_in_brackets(s))
        return;
    take_blanks(&t);
    if (take_zone_name(&t, &ignored) || take_unknown_zone(&t))
        *s = t;
}

static void take_zone(struct scan *s, struct moment *m)
{
    struct scan t = *s;
    bool apart = take_blanks(&t);
    if (take_zone_name(&t, m)) {
        bool utc = m->offset_minutes == 0;
        if (utc && take_offset(&t, m)) /* GMT+0900, as browsers write it */
            take_zone_comment(&t);
        else
            take_in_brackets(&t); /* Z[UTC] */
    } else if (take_offset(&t, m)) {
        take_zone_comment(&t);
    } else if (!apart || !take_unknown_zone(&t)) {
        return;
    }
    *s = t;
}

/* --- the time of day --- */

/* "a.m.", "PM", ...: 'a' or 'p', or 0 when there is none. */
static char take_half(struct scan *s)
{
    struct scan t = *s;
    take_blanks(&t);
    if (t.p == t.end)
        return 0;
    char half = (char)(*t.p++ | 0x20);
    take(&t, '.');
    if ((half != 'a' && half != 'p') || (!take(&t, 'm') && !take(&t, 'M')) || letter_run(&t))
        return 0;
    take(&t, '.');
    *s = t;
    return half;
}

static bool apply_half(char half, struct moment *m)
{
    if (!half)
        return true;
    if (m->hour < 1 || m->hour > 12)
        return false;
    m->hour = m->hour % 12 + (half == 'p' ? 12 : 0);
    return true;
}

static bool take_seconds(struct scan *s, struct moment *m)
{
    if (!take_digits(s, 2, &m->second))
        return false;
    m->precision = DATE_SECOND;
    if (!take(s, '.') && !take(s, ','))
        return true;
    size_t fraction = digit_run(s);
    s->p += fraction; /* less than a second is not kept */
    return fraction > 0;
}

/* 07, 0733 or 073300: ISO's basic form, or only the hour. */
static bool take_basic_clock(struct scan *s, struct moment *m)
{
    size_t n = digit_run(s);
    if (!take_digits(s, 2, &m->hour))
        return false;
    m->precision = DATE_MINUTE;
    if (n == 2)
        return true;
    return (n == 4 || n == 6) && take_digits(s, 2, &m->minute) && (n == 4 || take_seconds(s, m));
}

static bool take_clock(struct scan *s, struct moment *m, bool after_t)
{
    struct scan t = *s;
    size_t n = digit_run(s);
    if (n <= 2 && take_short_number(&t, &m->hour) && (take(&t, ':') || take(&t, 'h'))) {
        if (!take_digits(&t, 2, &m->minute))
            return false;
        m->precision = DATE_MINUTE;
        if (take(&t, ':') && !take_seconds(&t, m))
            return false;
    } else if (after_t) {
        t = *s;
        if (!take_basic_clock(&t, m))
            return false;
    }
    char half = after_t ? 0 : take_half(&t);
    if (half && m->precision < DATE_MINUTE)
        m->precision = DATE_MINUTE; /* "7 p.m." */
    if (m->precision < DATE_MINUTE || !apply_half(half, m))
        return false;
    take_text(&t, " Uhr");
    take_zone(&t, m);
    *s = t;
    return true;
}

/* 7時33分05秒 */
static bool take_han_clock(struct scan *s, struct moment *m)
{
    struct scan t = *s;
    if (!take_short_number(&t, &m->hour) || !take_text(&t, "\xe6\x99\x82"))
        return false;
    if (!take_short_number(&t, &m->minute) || !take_text(&t, "\xe5\x88\x86"))
        return false;
    m->precision = DATE_MINUTE;
    if (take_short_number(&t, &m->second)) {
        if (!take_text(&t, "\xe7\xa7\x92"))
            return false;
        m->precision = DATE_SECOND;
    }
    *s = t;
    return true;
}

/* July 12, 2023 at 7:33; 12. Juli 2023 um 7:33 Uhr; 12 juillet 2023 \xc3\xa0 7h33. */
static void take_at(struct scan *s)
{
    static const char *const words[] = {"at ", "um ", "\xc3\xa0 ", "\xc3\xa0s "};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (take_text(s, words[i])) {
            take_blanks(s);
            return;
        }
}

/* Nothing, or what parts date from time and then a time. */
static bool take_time(struct scan *s, struct moment *m)
{
    if (s->p == s->end || m->precision >= DATE_MINUTE)
        return true;
    if (m->precision < DATE_DAY)
        return false;
    if (take(s, 'T') || take(s, 't'))
        return take_clock(s, m, true);
    take(s, ',');
    take_blanks(s);
    take_at(s);
    return take_clock(s, m, false) || take_han_clock(s, m);
}

/* --- the day --- */

static bool set_ordinal_day(struct moment *m, int day_of_year)
{
    if (m->day.year < 1 || day_of_year < 1 || day_of_year > 365 + calendar_is_leap(m->day.year))
        return false;
    m->day = calendar_day_of(calendar_days_before_year(m->day.year) + day_of_year - 1);
    m->precision = DATE_DAY;
    return true;
}

/* ISO 8601: week 1 is the one with the year's first Thursday. */
static bool set_week_day(struct moment *m, int week, int day)
{
    if (m->day.year < 1 || week < 1 || week > 53 || day < 1 || day > 7)
        return false;
    int64_t fourth = calendar_days_before_year(m->day.year) + 3; /* 0001-01-01 was a Monday */
    int64_t monday = fourth - fourth % 7 + (week - 1) * 7;
    if (monday + 3 >= calendar_days_before_year(m->day.year + 1))
        return false;
    m->day = calendar_day_of(monday + day - 1);
    m->precision = DATE_DAY;
    return true;
}

/* Behind "2023-W" or "2023W": 28-3 or 283. */
static bool take_week(struct scan *s, struct moment *m, bool extended)
{
    int week, day;
    if (!take_digits(s, 2, &week) || (extended && !take(s, '-')))
        return false;
    return take_digits(s, 1, &day) && !digit_run(s) && set_week_day(m, week, day);
}

/* Behind "2023-", "2023/" or "2023.": a month, perhaps a day. */
static bool take_month_and_day(struct scan *s, struct moment *m, char separator)
{
    if (!take_short_number(s, &m->day.month) && !take_month(s, &m->day.month))
        return false;
    m->precision = DATE_MONTH;
    if (!take(s, separator))
        return true;
    m->precision = DATE_DAY;
    return take_short_number(s, &m->day.day);
}

/* 12日(水), also with wide brackets and a longer name. */
static void take_han_weekday(struct scan *s)
{
    static const char *const brackets[][2] = {{"(", ")"}, {"\xef\xbc\x88", "\xef\xbc\x89"}};
    for (size_t i = 0; i < 6; i++) {
        struct scan t = *s;
        size_t n = 3 * (i / 2 + 1); /* bytes of one to three characters */
        if (!take_text(&t, brackets[i % 2][0]) || left(&t) < n || (unsigned char)*t.p < 0x80)
            continue;
        t.p += n;
        if (take_text(&t, brackets[i % 2][1])) {
            *s = t;
            return;
        }
    }
}

/* Behind 2023年: 7月 and perhaps 12日. */
static bool take_han_month_and_day(struct scan *s, struct moment *m)
{
    m->precision = DATE_YEAR;
    if (!take_short_number(s, &m->day.month))
        return true;
    if (!take_text(s, "\xe6\x9c\x88"))
        return false;
    m->precision = DATE_MONTH;
    if (!take_short_number(s, &m->day.day))
        return true;
    m->precision = DATE_DAY;
    if (!take_text(s, "\xe6\x97\xa5"))
        return false;
    take_han_weekday(s);
    return true;
}

static bool take_year_first(struct scan *s, struct moment *m)
{
    int day_of_year;
    if (!take_digits(s, 4, &m->day.year))
        return false;
    if (take_text(s, "\xe5\xb9\xb4"))
        return take_han_month_and_day(s, m);
    if (take(s, 'W'))
        return take_week(s, m, false);
    if (take_text(s, "-W"))
        return take_week(s, m, true);
    if (take(s, '/'))
        return take_month_and_day(s, m, '/');
    if (take(s, '.')) /* 2023.7 is a number */
        return take_month_and_day(s, m, '.') && m->precision == DATE_DAY;
    if (!take(s, '-'))
        return false;
    if (digit_run(s) == 3)
        return take_digits(s, 3, &day_of_year) && set_ordinal_day(m, day_of_year);
    return take_month_and_day(s, m, '-');
}

/* yyyymmdd or yyyyddd, whatever follows */
static bool take_compact_day(struct scan *s, struct moment *m, bool ordinal)
{
    int day_of_year;
    if (!take_digits(s, 4, &m->day.year))
        return false;
    if (ordinal)
        return take_digits(s, 3, &day_of_year) && set_ordinal_day(m, day_of_year);
    m->precision = DATE_DAY;
    return take_digits(s, 2, &m->day.month) && take_digits(s, 2, &m->day.day);
}

/* RFC 2822, 4.3: a year of two digits is 1950 to 2049. */
static bool take_year_behind_month(struct scan *s, struct moment *m)
{
    size_t n = digit_run(s);
    if ((n != 2 && n != 4) || !take_digits(s, n, &m->day.year))
        return false;
    if (n == 2)
        m->day.year += m->day.year < 50 ? 2000 : 1900;
    return true;
}

/* 08/06/2018, 8.6.18, 18-06-08: two separators that are the same. */
static bool take_numbers(struct scan *s, enum date_order order, struct moment *m)
{
    int first, second;
    bool year_first = order == DATE_ORDER_YMD;
    if (!(year_first ? take_year_behind_month(s, m) : take_short_number(s, &first)))
        return false;
    char separator = s->p < s->end ? *s->p : '\0';
    if (!separator || !strchr("/.-", separator) || !take(s, separator))
        return false;
    if (!take_short_number(s, &second) || !take(s, separator))
        return false;
    m->day.month = order == DATE_ORDER_MDY ? first : second;
    m->day.day = order == DATE_ORDER_DMY ? first : second;
    m->precision = DATE_DAY;
    return year_first ? take_short_number(s, &m->day.day) : take_year_behind_month(s, m);
}

/* 12 July 2023, 26-FEB-1987, 06-Nov-94 */
static bool take_day_first(struct scan *s, struct moment *m)
{
    if (!take_short_number(s, &m->day.day))
        return false;
    take_ordinal_suffix(s);
    bool dashes = take(s, '-');
    if (!dashes && !take_blanks(s))
        return false;
    take_of(s);
    if (!take_month(s, &m->day.month))
        return false;
    if (dashes ? !take(s, '-') : (take(s, ','), !take_blanks(s)))
        return false;
    take_of(s);
    m->precision = DATE_DAY;
    return take_year_behind_month(s, m);
}

/* Jul 12 07:33:00 2023, with or without a zone before the year. */
static bool take_clock_then_year(struct scan *s, struct moment *m)
{
    struct scan t = *s;
    if (!take_clock(&t, m, false) || !take_blanks(&t))
        return false;
    if (digit_run(&t) != 4 || !take_digits(&t, 4, &m->day.year))
        return false;
    *s = t;
    return true;
}

/* July 12, 2023; July 2023; and asctime's order */
static bool take_month_first(struct scan *s, struct moment *m)
{
    if (!take_month(s, &m->day.month))
        return false;
    take(s, ',');
    if (!take_blanks(s))
        return false;
    m->precision = DATE_MONTH;
    if (digit_run(s) == 4)
        return take_digits(s, 4, &m->day.year);
    if (!take_short_number(s, &m->day.day))
        return false;
    take_ordinal_suffix(s);
    take(s, ',');
    if (!take_blanks(s))
        return false;
    m->precision = DATE_DAY;
    if (digit_run(s) == 4)
        return take_digits(s, 4, &m->day.year);
    return take_clock_then_year(s, m);
}

/* The name of the day says nothing that the date does not; feeds get it wrong. */
static void take_weekday(struct scan *s)
{
    size_t n = weekday_name_length(s->p, left(s));
    s->p += n;
    if (!n)
        return;
    take(s, '.');
    take(s, ',');
    take_blanks(s);
}

static bool take_day_or_year(struct scan *s, struct moment *m)
{
    switch (digit_run(s)) {
    case 0:
        return take_month_first(s, m);
    case 1:
    case 2:
        return take_day_first(s, m);
    case 4:
        return take_year_first(s, m);
    case 7:
        return take_compact_day(s, m, true);
    case 8:
        return take_compact_day(s, m, false);
    default:
        return false;
    }
}

static bool take_unnamed_day(struct scan *s, enum date_order order, struct moment *m)
{
    if (take_text(s, "le "))
        take_blanks(s);
    struct scan numbers = *s;
    struct moment named = *m;
    if (order != DATE_ORDER_UNKNOWN && digit_run(s) <= 2 && take_numbers(&numbers, order, m)) {
        *s = numbers;
        return true;
    }
    *m = named;
    return take_day_or_year(s, m);
}

/* "Mar" is March, or a Tuesday before a day. */
static bool take_day(struct scan *s, enum date_order order, struct moment *m)
{
    struct scan with_weekday = *s;
    const struct moment before = *m;
    if (take_unnamed_day(s, order, m))
        return true;
    *s = with_weekday;
    *m = before;
    take_weekday(s);
    return take_unnamed_day(s, order, m);
}

/* --- whole spellings --- */

bool read_compact_date(const char *text, size_t len, struct moment *m)
{
    struct scan s = {text, text + len};
    *m = (struct moment){.day = {1, 1, 1}, .precision = DATE_YEAR};
    if (digit_run(&s) != len)
        return false;
    if (len == 4)
        return take_digits(&s, 4, &m->day.year);
    if (len == 7 || len == 8)
        return take_compact_day(&s, m, len == 7);
    return (len == 12 || len == 14) && take_compact_day(&s, m, false) && take_basic_clock(&s, m);
}

bool read_spelled_date(const char *text, size_t len, enum date_order order, struct moment *m)
{
    struct scan s = {text, text + len};
    *m = (struct moment){.day = {1, 1, 1}};
    return take_day(&s, order, m) && take_time(&s, m) && s.p == s.end;
}
