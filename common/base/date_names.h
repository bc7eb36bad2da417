/*
 * date_names.h - the names of months and days of the week, in English,
 * German, French, Spanish, Portuguese, Italian and Dutch.
 *
 * A name may be shortened to a beginning that is no other month's, of three
 * letters or more. ASCII letters are compared without regard to case; letters
 * with marks are those of small letters, or without their marks.
 */
#ifndef BASE_DATE_NAMES_H
#define BASE_DATE_NAMES_H

#include <stddef.h>

/* The month's English name; month is 1..12. */
const char *month_name(int month);

/* The length of the name at the text's beginning, with *month 1..12; 0 when
 * there is none. The name ends where its letters do. */
size_t month_of_name(const char *text, size_t len, int *month);

/* The same of a day of the week. */
size_t weekday_name_length(const char *text, size_t len);

#endif
