/*
 * calendar.h - days counted from 0001-01-01 (day 0, a Monday) in the Gregorian
 * calendar, extended backwards. Nothing depends on TZ or the locale. Years
 * here are 1..10000, months 1..12; callers check.
 */
#ifndef BASE_CALENDAR_H
#define BASE_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

#define CALENDAR_DAY_OF_1970 719162

struct calendar_day {
    int year, month, day;
};

bool calendar_is_leap(int year);
int calendar_days_in_month(int year, int month);
int64_t calendar_days_before_year(int year);
int64_t calendar_day_number(const struct calendar_day *day);
struct calendar_day calendar_day_of(int64_t number);
/* The day of a moment in seconds since 1970. */
struct calendar_day calendar_day_of_seconds(int64_t seconds);

#endif
