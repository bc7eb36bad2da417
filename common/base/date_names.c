/* date_names.c - one table of names; a word is the beginning of one of them. */
#include "common/base/date_names.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define LEAST_BYTES 3

static const char *const english[12] = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December",
};

/* By month; English first. Twice where a mark may be missing. */
static const char *const months[12] = {
    "january januar j\303\244nner janvier enero janeiro gennaio januari",
    "february februar f\303\251vrier fevrier febrero fevereiro febbraio februari",
    "march m\303\244rz maerz mars marzo mar\303\247o marco maart mrt",
    "april avril abril aprile",
    "may mai mayo maio maggio mei",
    "june juni juin junio junho giugno",
    "july juli juillet julio julho luglio",
    "august ao\303\273t aout agosto augustus",
    "september septembre septiembre setiembre setembro settembre",
    "october oktober octobre octubre outubro ottobre",
    "november novembre noviembre novembro",
    "december dezember d\303\251cembre decembre diciembre dezembro dicembre",
};

static const char weekdays[] =
    "monday tuesday wednesday thursday friday saturday sunday "
    "montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag "
    "lundi mardi mercredi jeudi vendredi samedi dimanche "
    "lunes martes mi\303\251rcoles miercoles jueves viernes s\303\241bado sabado domingo "
    "segunda-feira ter\303\247a-feira terca-feira quarta-feira quinta-feira sexta-feira "
    "luned\303\254 lunedi marted\303\254 martedi mercoled\303\254 mercoledi gioved\303\254 giovedi "
    "venerd\303\254 venerdi sabato domenica "
    "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag";

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* "-" as in segunda-feira is part of a word before a letter. */
static size_t word_length(const char *text, size_t len, bool with_dashes)
{
    size_t n = 0;
    while (n < len && (is_letter(text[n]) || (with_dashes && n && text[n] == '-' && n + 1 < len &&
                                              is_letter(text[n + 1]))))
        n++;
    return n;
}

/* Whether the word begins one of the names. */
static bool begins_one(const char *names, const char *word, size_t n)
{
    for (const char *p = names; *p; p += strspn(p, " ")) {
        size_t len = strcspn(p, " ");
        if (n <= len && strncasecmp(p, word, n) == 0)
            return true;
        p += len;
    }
    return false;
}

const char *month_name(int month)
{
    return english[month - 1];
}

size_t month_of_name(const char *text, size_t len, int *month)
{
    size_t n = word_length(text, len, false);
    int found = 0;
    for (int i = 1; n >= LEAST_BYTES && i <= 12; i++) {
        if (!begins_one(months[i - 1], text, n))
            continue;
        if (found) /* of two months, as "jui" */
            return 0;
        found = i;
    }
    if (!found)
        return 0;
    *month = found;
    return n;
}

size_t weekday_name_length(const char *text, size_t len)
{
    size_t n = word_length(text, len, true);
    return n >= LEAST_BYTES && begins_one(weekdays, text, n) ? n : 0;
}
