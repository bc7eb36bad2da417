/* calendar.c - between year, month and day and the number of the day. */
#include "common/base/calendar.h"

#define DAYS_IN_400_YEARS 146097
#define SECONDS_PER_DAY   86400

bool calendar_is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int64_t calendar_days_before_year(int year)
{
    int64_t y = year - 1;
    return 365 * y + y / 4 - y / 100 + y / 400;
}

/* Month 13 gives the length of the year. */
static int days_before_month(int year, int month)
{
    static const int16_t before[13] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    return before[month - 1] + (month > 2 && calendar_is_leap(year));
}

int calendar_days_in_month(int year, int month)
{
    return days_before_month(year, month + 1) - days_before_month(year, month);
}

int64_t calendar_day_number(const struct calendar_day *day)
{
    return calendar_days_before_year(day->year) + days_before_month(day->year, day->month) +
           day->day - 1;
}

struct calendar_day calendar_day_of(int64_t number)
{
    int year = (int)(number * 400 / DAYS_IN_400_YEARS) + 1; /* right, or off by one */
    while (number < calendar_days_before_year(year))
        year--;
    while (number >= calendar_days_before_year(year + 1))
        year++;
    int rest = (int)(number - calendar_days_before_year(year)), month = 1;
    while (rest >= days_before_month(year, month + 1))
        month++;
    return (struct calendar_day){year, month, rest - days_before_month(year, month) + 1};
}

struct calendar_day calendar_day_of_seconds(int64_t seconds)
{
    int64_t days = seconds / SECONDS_PER_DAY - (seconds % SECONDS_PER_DAY < 0);
    return calendar_day_of(days + CALENDAR_DAY_OF_1970);
}
