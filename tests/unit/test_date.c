/* test_date.c - every spelling that date.h names, and what it must refuse. */
#include "tests/unit/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/calendar.h"
#include "common/base/date.h"
#include "common/base/mem.h"

#define HAN_YEAR  "\xe5\xb9\xb4"
#define HAN_MONTH "\xe6\x9c\x88"
#define HAN_DAY   "\xe6\x97\xa5"

static const struct {
    const char *spelling;
    const char *expected; /* as date_format writes it */
} readable[] = {
    /* ISO 8601, extended */
    {"2023", "2023"},
    {"2023-07", "2023-07"},
    {"2023-07-12", "2023-07-12"},
    {" \t2023-07-12\r\n", "2023-07-12"},
    {"2023-7-2", "2023-07-02"},
    {"2023-07-12T07:33", "2023-07-12T07:33"},
    {"2023-07-12T07", "2023-07-12T07:00"},
    {"2023-07-12T07:33:05", "2023-07-12T07:33:05"},
    {"2023-07-12T07:33:05Z", "2023-07-12T07:33:05Z"},
    {"2023-07-12t07:33:05z", "2023-07-12T07:33:05Z"},
    {"2023-07-12T07:33:05.123456789Z", "2023-07-12T07:33:05Z"},
    {"2023-07-12T07:33:05,5+00:00", "2023-07-12T07:33:05Z"},
    {"2023-07-12T07:33:05+09:00", "2023-07-11T22:33:05Z"},
    {"2023-07-12T07:33:05-0430", "2023-07-12T12:03:05Z"},
    {"2023-07-12T07:33+09", "2023-07-11T22:33Z"},
    {"2023-07-12T07:33:05-00:00", "2023-07-12T07:33:05"},
    {"2023-07-12T24:00:00Z", "2023-07-13T00:00:00Z"},
    {"2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"},
    {"2023-07-12 07:33:05", "2023-07-12T07:33:05"},
    {"2023-07-12 07:33:05 +0000 UTC", "2023-07-12T07:33:05Z"},
    {"2023-07-12 07:33:05.999 UTC", "2023-07-12T07:33:05Z"},
    {"2023-07-12T07:33:05+09:00[Asia/Tokyo]", "2023-07-11T22:33:05Z"},
    {"2023-07-12T07:33:05Z[UTC]", "2023-07-12T07:33:05Z"},
    {"2023-193", "2023-07-12"},
    {"2024-366", "2024-12-31"},
    {"2023-W28-3", "2023-07-12"},
    {"2020-W53-5", "2021-01-01"},
    {"2009-W01-1", "2008-12-29"},
    {"2000-02-29", "2000-02-29"},
    {"0001-01-01", "0001-01-01"},
    {"9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"},
    {"1582-10-10", "1582-10-10"},
    {"1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z"},
    /* ISO 8601, basic */
    {"20230712", "2023-07-12"},
    {"2023193", "2023-07-12"},
    {"2023W283", "2023-07-12"},
    {"20230712T0733Z", "2023-07-12T07:33Z"},
    {"20230712T073305Z", "2023-07-12T07:33:05Z"},
    {"20230712T073305.25+0900", "2023-07-11T22:33:05Z"},
    {"20230712T07", "2023-07-12T07:00"},
    {"20230712073305", "2023-07-12T07:33:05"},
    {"20230712 07:33", "2023-07-12T07:33"},
    /* slashes and full stops, year first */
    {"2023/07/12 07:33", "2023-07-12T07:33"},
    {"2023/7/2", "2023-07-02"},
    {"2023/07", "2023-07"},
    {"2023.07.12", "2023-07-12"},
    {"2023/07/12 07:33:05 JST", "2023-07-11T22:33:05Z"},
    /* RFC 822, 850, asctime and their kin */
    {"Wed, 12 Jul 2023 07:33:05 GMT", "2023-07-12T07:33:05Z"},
    {"Wed, 12 Jul 2023 07:33:05 +0200", "2023-07-12T05:33:05Z"},
    {"Wed, 12 Jul 2023 07:33:05 -0700 (PDT)", "2023-07-12T14:33:05Z"},
    {"12 Jul 23 07:33 EST", "2023-07-12T12:33Z"},
    {"12 Jul 87 07:33 EDT", "1987-07-12T11:33Z"},
    {"12 Jul 2023 07:33:05", "2023-07-12T07:33:05"},
    {"12 Jul 2023 07:33:05 XYZ", "2023-07-12T07:33:05"},
    {"Tue, 12 Jul 2023 07:33:05 CST", "2023-07-12T13:33:05Z"},
    {"12 Jul 2023 07:33:05 MST", "2023-07-12T14:33:05Z"},
    {"12 Jul 2023 07:33:05 MDT", "2023-07-12T13:33:05Z"},
    {"12 Jul 2023 07:33:05 PST", "2023-07-12T15:33:05Z"},
    {"12 Jul 2023 07:33:05 BST", "2023-07-12T06:33:05Z"},
    {"12 Jul 2023 07:33:05 CEST", "2023-07-12T05:33:05Z"},
    {"12 Jul 2023 07:33:05 UT", "2023-07-12T07:33:05Z"},
    {"12 Jul 2023 07:33:05 Z", "2023-07-12T07:33:05Z"},
    {"Sunday, 06-Nov-94 08:49:37 GMT", "1994-11-06T08:49:37Z"},
    {"Sun Nov  6 08:49:37 1994", "1994-11-06T08:49:37"},
    {"Sun Nov 6 08:49:37 UTC 1994", "1994-11-06T08:49:37Z"},
    {"Wed Jul 12 2023 16:33:05 GMT+0900 (Japan Standard Time)", "2023-07-12T07:33:05Z"},
    /* as people write */
    {"July 12, 2023", "2023-07-12"},
    {"july 12 2023", "2023-07-12"},
    {"JULY 12th, 2023", "2023-07-12"},
    {"July 2023", "2023-07"},
    {"July, 2023", "2023-07"},
    {"Sept. 1, 2023", "2023-09-01"},
    {"Jul. 12, 2023 7:33 a.m. EDT", "2023-07-12T11:33Z"},
    {"Jul. 12, 2023 7:33 p.m.", "2023-07-12T19:33"},
    {"July 12, 2023, 12:05 AM", "2023-07-12T00:05"},
    {"July 12, 2023 at 12:05pm ET", "2023-07-12T12:05"},
    {"July 12, 2023 7 PM", "2023-07-12T19:00"},
    {"Wednesday, July 12, 2023", "2023-07-12"},
    {"12 July 2023", "2023-07-12"},
    {"1st Mar 2023", "2023-03-01"},
    {"12 July 2023 07:33", "2023-07-12T07:33"},
    {"26-FEB-1987 15:01:01.79", "1987-02-26T15:01:01"},
    {"2-Mar-1987", "1987-03-02"},
    {"2023" HAN_YEAR "7" HAN_MONTH "12" HAN_DAY, "2023-07-12"},
    {"2023" HAN_YEAR "07" HAN_MONTH, "2023-07"},
    {"2023" HAN_YEAR, "2023"},
    {"2023" HAN_YEAR "7" HAN_MONTH "12" HAN_DAY " 07:33", "2023-07-12T07:33"},
    {"2023" HAN_YEAR "7" HAN_MONTH "12" HAN_DAY "7\xe6\x99\x82"
     "33\xe5\x88\x86",
     "2023-07-12T07:33"},
    {"2023" HAN_YEAR "7" HAN_MONTH "12" HAN_DAY "(\xe6\xb0\xb4)", "2023-07-12"},
    {"2023" HAN_YEAR "7" HAN_MONTH "12" HAN_DAY "\xef\xbc\x88\xe6\xb0\xb4\xe6\x9b\x9c" HAN_DAY
     "\xef\xbc\x89 07:33",
     "2023-07-12T07:33"},
    /* in other languages */
    {"12. Juli 2023", "2023-07-12"},
    {"Mittwoch, 12. Juli 2023, 07:33", "2023-07-12T07:33"},
    {"1. M\xc3\xa4rz 2023", "2023-03-01"},
    {"12. Dez. 2023", "2023-12-12"},
    {"12. Juli 2023, 07:33 Uhr", "2023-07-12T07:33"},
    {"12. Juli 2023 um 7:33 Uhr", "2023-07-12T07:33"},
    {"12 juillet 2023 \xc3\xa0 7h33", "2023-07-12T07:33"},
    {"12 de julho de 2023 \xc3\xa0s 19h33", "2023-07-12T19:33"},
    {"12 juillet 2023", "2023-07-12"},
    {"mer. 12 juil. 2023", "2023-07-12"},
    {"mar. 11 juil. 2023", "2023-07-11"},
    {"le 1er ao\xc3\xbbt 2023", "2023-08-01"},
    {"12 f\xc3\xa9vr. 2023", "2023-02-12"},
    {"12 de julio de 2023", "2023-07-12"},
    {"mi\xc3\xa9rcoles, 12 de julio de 2023 07:33", "2023-07-12T07:33"},
    {"1\xc2\xba de maio de 2023", "2023-05-01"},
    {"quarta-feira, 12 de julho de 2023", "2023-07-12"},
    {"12 mar\xc3\xa7o 2023", "2023-03-12"},
    {"12 luglio 2023", "2023-07-12"},
    {"12 mei 2023", "2023-05-12"},
    {"Mar 12, 2023", "2023-03-12"},
    {"Mar. 12, 2023 7:33 p.m. EST", "2023-03-13T00:33Z"},
    /* epochs */
    {"1689147185", "2023-07-12T07:33:05Z"},
    {"1689147185.75", "2023-07-12T07:33:05Z"},
    {"1689147185000", "2023-07-12T07:33:05Z"},
    {"1689147185000000", "2023-07-12T07:33:05Z"},
    {"-1000000000", "1938-04-24T22:13:20Z"},
    {"100000000", "1973-03-03T09:46:40Z"},
};

static const char *const unreadable[] = {
    "",
    " ",
    "-",
    ".",
    "0",
    "-1",
    "1",
    "12",
    "123",
    "12345",
    "123456",
    "99999999",
    "0000",
    "0000-00-00",
    "2023-00-12",
    "2023-13-01",
    "2023-07-00",
    "2023-07-32",
    "2023-02-30",
    "2023-02-29",
    "1900-02-29",
    "10000-01-01",
    "-0001-01-01",
    "2023-000",
    "2023-366",
    "2024-367",
    "2023-W00-1",
    "2023-W53-1",
    "2023-W28",
    "2023-W28-8",
    "2023-W28-0",
    "20231301",
    "20230230",
    /* ambiguous */
    "08/06/2018",
    "25/12/2018",
    "12.07.2023",
    "08-06-2018",
    "12/25/18",
    "202307120733",
    "230712",
    "202307",
    "2023.7",
    "2023.5",
    "July 12, 23",
    /* times that no clock shows */
    "2023-07-12T25:00",
    "2023-07-12T24:01",
    "2023-07-12T07:60",
    "2023-07-12T07:33:61",
    "2023-07-12T07:33:60",
    "2023-07-12T",
    "2023-07-12T7",
    "2023-07-12T07:3",
    "2023-07-12T07:33:5",
    "2023-07-12T07:33:05.",
    "2023-07-12T07:33:05+99:99",
    "2023-07-12T07:33:05+16:00",
    "2023-07-12T07:33:05+0",
    "2023-07-12T07:33:05+09:60",
    "2020-01-01T24:61:61Z",
    "July 12, 2023 13:00 p.m.",
    "July 12, 2023 0:30 am",
    "20230712073360",
    "20230712T073",
    /* out of range once the zone is counted */
    "0001-01-01T00:00:00+01:00",
    "9999-12-31T23:59:59-01:00",
    "9999-12-31T24:00:00Z",
    /* numbers that are no epoch */
    "99999999999999999999",
    "-9223372036854775809",
    "12345678901",
    "12345678901234567",
    "1e999",
    "1689147185e0",
    "NaN",
    "inf",
    "--1689147185",
    "1689147185.5.5",
    "0x64ad5a71",
    /* words */
    "yesterday",
    "Ju 12, 2023",
    "July",
    "12 July",
    "July 12",
    "Wed",
    "Wed, 12 Foo 2023",
    "Julyy 12, 2023",
    "12 jui 2023",
    "12 de 2023",
    "le 12",
    "12 July 2023 BCE",
    "2023-07-12 and more",
    "2023-07-12 07:33 tomorrow",
    "2023-07-12T07:33:05Zulu",
    "July 12, 2023 7:33 amx",
    "2023-07-12 (JST",
    "2023-07-12T07:33:05Z[UTC",
    "2023-07-12 7h",
    "2023" HAN_YEAR "7" HAN_MONTH "12" HAN_DAY "()",
    "2023" HAN_YEAR "7" HAN_MONTH "12" HAN_DAY "(\xe6\xb0\xb4",
    "12 Jul 123",
    "\xef\xbc\x92\xef\xbc\x90\xef\xbc\x92\xef\xbc\x90-01-01",
    "2023" HAN_YEAR "7",
    "2023" HAN_YEAR "13" HAN_MONTH,
    "2023-07-12\xff",
    "\xff",
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void reads_every_spelling(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(readable); i++) {
        struct date d;
        char text[DATE_TEXT_BYTES];
        if (!date_parse(readable[i].spelling, strlen(readable[i].spelling), &d))
            fail_msg("refused: %s", readable[i].spelling);
        date_format(&d, text);
        if (strcmp(text, readable[i].expected) != 0)
            fail_msg("%s became %s, not %s", readable[i].spelling, text, readable[i].expected);
    }
}

static void refuses_the_rest(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(unreadable); i++) {
        struct date d = {42, 0, false};
        char text[DATE_TEXT_BYTES];
        if (date_parse(unreadable[i], strlen(unreadable[i]), &d))
            fail_msg("\"%s\" became %s", unreadable[i], date_format(&d, text));
        assert_int_equal(d.seconds, 42);
    }
    struct date d;
    assert_false(date_parse("2023-07-12\0", 11, &d));
}

static void numbers_are_read_in_the_order_that_is_said(void **state)
{
    (void)state;
    static const struct {
        const char *spelling, *dmy, *mdy, *ymd; /* "": refused */
    } numbers[] = {
        {"08/06/2018", "2018-06-08", "2018-08-06", ""},
        {"8.6.2018", "2018-06-08", "2018-08-06", ""},
        {"08-06-18", "2018-06-08", "2018-08-06", "2008-06-18"},
        {"25/12/2018", "2018-12-25", "", ""},
        {"12/25/2018", "", "2018-12-25", ""},
        {"31/12/99", "1999-12-31", "", ""},
        {"99/12/31", "", "", "1999-12-31"},
        {"30/02/2018", "", "", ""},
        {"12.07.2023 07:33", "2023-07-12T07:33", "2023-12-07T07:33", ""},
        {"7/12/2023, 7:33 PM", "2023-12-07T19:33", "2023-07-12T19:33", ""},
        {"Mi, 12.07.2023", "", "", ""},
        {"Wed, 12/07/2023", "2023-07-12", "2023-12-07", ""},
        {"08/06-2018", "", "", ""},
        {"08/06/018", "", "", ""},
        {"2018/06/08", "2018-06-08", "2018-06-08", "2018-06-08"},
        {"26-FEB-1987", "1987-02-26", "1987-02-26", "1987-02-26"},
        {"12. Juli 2023", "2023-07-12", "2023-07-12", "2023-07-12"},
        {"12.5", "", "", ""},
    };
    for (size_t i = 0; i < COUNT(numbers); i++) {
        const char *expected[] = {"", numbers[i].dmy, numbers[i].mdy, numbers[i].ymd};
        for (int order = DATE_ORDER_DMY; order <= DATE_ORDER_YMD; order++) {
            struct date d = {0};
            char text[DATE_TEXT_BYTES];
            date_parse_ordered(numbers[i].spelling, strlen(numbers[i].spelling),
                               (enum date_order)order, &d);
            if (strcmp(date_format(&d, text), expected[order]) != 0)
                fail_msg("%s became %s in order %d", numbers[i].spelling, text, order);
        }
    }
}

/* Every beginning of every spelling, in a block of exactly its size, so that
 * the sanitizers see a read behind the end. */
static void never_reads_behind_the_end(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(readable); i++) {
        size_t len = strlen(readable[i].spelling);
        for (size_t n = 0; n <= len; n++) {
            char *exact = mem_dup(readable[i].spelling, n);
            struct date d;
            if (date_parse(exact, n, &d))
                assert_in_range(d.precision, DATE_YEAR, DATE_SECOND);
            free(exact);
        }
    }
}

static void check_round_trip(struct date d)
{
    char text[DATE_TEXT_BYTES], again[DATE_TEXT_BYTES];
    struct date back;
    date_format(&d, text);
    if (!date_parse(text, strlen(text), &back))
        fail_msg("wrote %s and cannot read it", text);
    assert_int_equal(back.precision, d.precision);
    assert_int_equal(back.zone_known, d.zone_known);
    assert_string_equal(date_format(&back, again), text);
    if (d.precision == DATE_SECOND)
        assert_int_equal(back.seconds, d.seconds);
}

static void what_is_written_can_be_read(void **state)
{
    (void)state;
    uint64_t random = 20230712;
    const int64_t first = -62135596800, count = 315537897600; /* years 1 to 9999 */
    for (int i = 0; i < 200000; i++) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        struct date d = {first + (int64_t)((random >> 16) % (uint64_t)count), DATE_SECOND,
                         random >> 63};
        check_round_trip(d);
        d.precision = DATE_MINUTE;
        check_round_trip(d);
        d.precision = (uint8_t)(DATE_YEAR + (random >> 32) % 3);
        d.zone_known = false;
        check_round_trip(d);
    }
}

/* Walks through all days and counts months itself. */
static void the_calendar_is_gregorian(void **state)
{
    (void)state;
    struct calendar_day day = {1, 1, 1};
    for (int64_t n = 0; day.year <= 9999; n++) {
        struct calendar_day found = calendar_day_of(n);
        assert_true(found.year == day.year && found.month == day.month && found.day == day.day);
        assert_int_equal(calendar_day_number(&day), n);
        if (++day.day <= calendar_days_in_month(day.year, day.month))
            continue;
        day.day = 1;
        day.month = day.month % 12 + 1;
        day.year += day.month == 1;
    }
    assert_int_equal(calendar_day_number(&(struct calendar_day){1970, 1, 1}), CALENDAR_DAY_OF_1970);
    assert_true(calendar_is_leap(2000) && calendar_is_leap(2024));
    assert_false(calendar_is_leap(1900) || calendar_is_leap(2023));
}

static void epochs_are_told_apart_by_size(void **state)
{
    (void)state;
    struct date d;
    char text[DATE_TEXT_BYTES];
    assert_true(date_from_epoch(1689147185.9, &d));
    assert_string_equal(date_format(&d, text), "2023-07-12T07:33:05Z");
    assert_true(date_from_epoch(1689147185999, &d));
    assert_string_equal(date_format(&d, text), "2023-07-12T07:33:05Z");
    assert_true(date_from_epoch(-1000000000.5, &d)); /* rounds towards the past */
    assert_string_equal(date_format(&d, text), "1938-04-24T22:13:19Z");
    const double refused[] = {0, -1, 2023, 20230712, 2e10, 5e13, 1e16, -1e308, 1e308};
    for (size_t i = 0; i < COUNT(refused); i++)
        assert_false(date_from_epoch(refused[i], &d));
    assert_false(date_from_epoch((double)NAN, &d));
    assert_false(date_from_epoch((double)INFINITY, &d));
}

static void long_form_is_for_readers(void **state)
{
    (void)state;
    struct date d;
    char text[DATE_TEXT_BYTES];
    assert_true(date_parse("2023/07/12 07:33", 16, &d));
    assert_string_equal(date_format_long(&d, text), "July 12, 2023");
    d.precision = DATE_MONTH;
    assert_string_equal(date_format_long(&d, text), "July 2023");
    d.precision = DATE_YEAR;
    assert_string_equal(date_format_long(&d, text), "2023");
    d.precision = DATE_UNKNOWN;
    assert_string_equal(date_format_long(&d, text), "");
    assert_string_equal(date_format(&d, text), "");
    struct date damaged = {INT64_MAX, DATE_SECOND, true};
    assert_string_equal(date_format(&damaged, text), "");
    assert_string_equal(date_format_long(&damaged, text), "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_every_spelling),
        cmocka_unit_test(refuses_the_rest),
        cmocka_unit_test(numbers_are_read_in_the_order_that_is_said),
        cmocka_unit_test(never_reads_behind_the_end),
        cmocka_unit_test(what_is_written_can_be_read),
        cmocka_unit_test(the_calendar_is_gregorian),
        cmocka_unit_test(epochs_are_told_apart_by_size),
        cmocka_unit_test(long_form_is_for_readers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
