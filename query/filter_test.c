/* filter_test.c - reading tests as people write them, and comparing values. */
#include "query/filter_test.h"

#include <string.h>
#include <strings.h>

#include "common/base/calendar.h"
#include "common/text/fold.h"

#define SECONDS_PER_DAY INT64_C(86400)

/* ---- periods ---- */

/* The first second of the day `day`, which may lie one past a month's or a year's end. */
static int64_t day_start(struct calendar_day day)
{
    if (day.month > 12)
        day = (struct calendar_day){day.year + 1, 1, 1};
    return (calendar_day_number(&day) - CALENDAR_DAY_OF_1970) * SECONDS_PER_DAY;
}

/* The first second behind what a date stands for. */
int64_t filter_period_end(const struct date *d)
{
    struct calendar_day day = calendar_day_of_seconds(d->seconds);
    switch (d->precision) {
    case DATE_YEAR:
        return day_start((struct calendar_day){day.year + 1, 1, 1});
    case DATE_MONTH:
        return day_start((struct calendar_day){day.year, day.month + 1, 1});
    case DATE_DAY:
        return d->seconds + SECONDS_PER_DAY;
    case DATE_MINUTE:
        return d->seconds + 60;
    default:
        return d->seconds + 1;
    }
}

static int parse_period(const char *text, size_t len, struct date *out, struct error *err)
{
    if (date_parse(text, len, out))
        return BF_OK;
    return error_set(err, BF_ERR_USAGE, "\"%.*s\" is no date; write 2012, 2012-01 or 2012-01-31",
                     (int)(len < 64 ? len : 64), text);
}

int filter_test_dates(struct filter_test *t, const char *range, size_t len, struct error *err)
{
    *t = (struct filter_test){.field = FILTER_DATE, .from = INT64_MIN, .until = INT64_MAX};
    const char *dots = memmem(range, len, "..", 2), *end = range + len;
    struct date first, last;
    int rc = BF_OK;
    if (!dots || dots > range) {
        rc = parse_period(range, dots ? (size_t)(dots - range) : len, &first, err);
        if (rc)
            return rc;
        t->from = first.seconds;
        last = first;
    }
    if (dots && dots + 2 < end)
        rc = parse_period(dots + 2, (size_t)(end - dots) - 2, &last, err);
    else if (dots && dots == range)
        rc = error_set(err, BF_ERR_USAGE, "a range of dates needs one of its ends");
    if (rc)
        return rc;
    if (!dots || dots + 2 < end)
        t->until = filter_period_end(&last);
    if (t->from >= t->until)
        return error_set(err, BF_ERR_USAGE, "\"%.*s\" ends before it starts",
                         (int)(len < 64 ? len : 64), range);
    return BF_OK;
}

int filter_test_period(struct filter_test *t, const char *period, size_t len, struct error *err)
{
    if (memmem(period, len, "..", 2))
        return error_set(err, BF_ERR_USAGE, "\"%.*s\" is a range, not a date",
                         (int)(len < 64 ? len : 64), period);
    return filter_test_dates(t, period, len, err);
}

/* ---- values ---- */

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

/* What folding makes of ASCII is known. False, with nothing done, for other text. */
static bool fold_ascii(const char *value, size_t len, char out[FOLD_MAX_BYTES])
{
    unsigned char all = 0;
    if (len > FOLD_MAX_BYTES)
        return false;
    for (size_t i = 0; i < len; i++) {
        all |= (unsigned char)value[i];
        out[i] = lower(value[i]);
    }
    return all < 0x80;
}

/* A value as it is compared: folded as words are, blanks at its ends off. */
static size_t fold_value(const char *value, size_t len, char out[FOLD_MAX_BYTES])
{
    char folded[FOLD_MAX_BYTES];
    while (len && is_blank(*value)) {
        value++;
        len--;
    }
    while (len && is_blank(value[len - 1]))
        len--;
    if (fold_ascii(value, len, out))
        return len;
    return fold_accents(folded, fold_word(value, len, FOLD_DEFAULT, folded), out);
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (unsigned char)c >= 0x80;
}

/* " ann lee " of "Ann-Lee": each word with a blank before it, one behind the
 * last. Not for more than n bytes. Returns the length; 0 for no words. */
static size_t spell_words(const char *value, size_t len, char out[], size_t n)
{
    size_t used = 0;
    for (size_t i = 0; i < len && used + 2 < n; i++) {
        char c = lower(value[i]);
        if (is_word_byte(c)) {
            if (!used)
                out[used++] = ' ';
            out[used++] = c;
        } else if (used && out[used - 1] != ' ') {
            out[used++] = ' ';
        }
    }
    if (used && out[used - 1] != ' ')
        out[used++] = ' ';
    return used;
}

/* Long enough for any value and for what of a URL is compared. */
#define WORDS_BYTES 4096

static bool has_words(const struct filter_test *t, const char *value, size_t len, bool at_start)
{
    char words[WORDS_BYTES];
    size_t n = spell_words(value, len, words, sizeof words);
    if (at_start)
        return n >= t->len && !memcmp(words, t->text, t->len);
    return memmem(words, n, t->text, t->len) != NULL;
}

/* Most values do not have the first word in any way: they need no spelling. */
static bool may_have_words(const struct filter_test *t, const char *folded, size_t len)
{
    const char *word = t->text + 1, *end = memchr(word, ' ', t->len - 1);
    return memmem(folded, len, word, end ? (size_t)(end - word) : t->len - 1) != NULL;
}

/* The domain itself or one below it. */
static bool belongs_to(struct text host, const char *domain)
{
    size_t len = strlen(domain);
    if (host.len < len || memcmp(host.p + host.len - len, domain, len) != 0)
        return false;
    return host.len == len || host.p[host.len - len - 1] == '.';
}

bool filter_value_passes(const struct filter_test *t, struct text value)
{
    char folded[FOLD_MAX_BYTES];
    if (t->field == FILTER_URL)
        return belongs_to(value, t->host);
    size_t len = fold_value(value.p, value.len, folded);
    if (t->field == FILTER_AUTHOR)
        return may_have_words(t, folded, len) && has_words(t, folded, len, false);
    return len >= t->len && (t->begins || len == t->len) && memcmp(folded, t->text, t->len) == 0;
}

/* The path and what follows it. */
static const char *behind_host(const char *url)
{
    const char *host = strstr(url, "//");
    host = host ? host + 2 : url;
    return host + strcspn(host, "/?#");
}

bool filter_url_passes(const struct filter_test *t, const char *url)
{
    const char *from = *t->host ? behind_host(url) : url;
    return has_words(t, from, strlen(from), *t->host != '\0');
}

/* ---- values as they are typed ---- */

/* Keeps the words of the value; the last one may go on with `begins`. */
static void set_words(struct filter_test *t, const char *value, size_t len, struct arena *arena)
{
    char words[WORDS_BYTES];
    t->len = spell_words(value, len, words, sizeof words);
    t->len -= t->len && t->begins;
    t->text = arena_strndup(arena, words, t->len);
}

/* The bytes of "https://www." at the start of a URL. */
static size_t before_host(const char *url, size_t len)
{
    const char *slashes = memmem(url, len, "//", 2);
    size_t n = slashes ? (size_t)(slashes - url) + 2 : 0;
    return len - n > 4 && !strncasecmp(url + n, "www.", 4) ? n + 4 : n;
}

static void set_url(struct filter_test *t, const char *value, size_t len, struct arena *arena)
{
    size_t skip = before_host(value, len);
    const char *rest = value + skip;
    size_t rest_len = len - skip, host = 0;
    while (host < rest_len && !strchr("/?#", rest[host]))
        host++;
    t->host = "";
    if (!skip && !memchr(rest, '.', host)) {
        set_words(t, value, len, arena);
        return;
    }
    char *name = arena_strndup(arena, rest, host);
    for (char *c = name; *c; c++)
        *c = lower(*c);
    t->host = name;
    set_words(t, rest + host, rest_len - host, arena);
}

int filter_test_value(struct filter_test *t, enum filter_field field, const char *value, size_t len,
                      struct arena *arena, struct error *err)
{
    char folded[FOLD_MAX_BYTES];
    *t = (struct filter_test){.field = field, .begins = len && value[len - 1] == '*', .host = ""};
    len -= t->begins;
    if (field == FILTER_URL) {
        set_url(t, value, len, arena);
    } else {
        len = fold_value(value, len, folded);
        if (field == FILTER_AUTHOR) {
            set_words(t, folded, len, arena);
        } else {
            t->text = arena_strndup(arena, folded, len);
            t->len = len;
        }
    }
    if (!t->len && !*t->host)
        return error_set(err, BF_ERR_USAGE, "there is nothing to compare with");
    return BF_OK;
}
