/* apostrophe.c - the rules of each language, and how they are applied. */
#include "common/text/apostrophe.h"

#include <stdbool.h>
#include <string.h>

#define MAX_PARTICLE_BYTES 8

struct apostrophe_rules {
    const char *language;
    const char *particles; /* that go from the front; separated and surrounded by blanks */
    bool cuts_endings;     /* what follows the apostrophe goes */
};

static const struct apostrophe_rules rules_by_language[] = {
    {"catalan", " d l m n s t ", false},
    {"french", " c d j jusqu l lorsqu m n puisqu qu quoiqu s t ", false},
    {"irish", " b d m ", false},
    {"italian", " agl all c coll d dagl dall degl dell gl l m negl nell quell s sugl sull t un v ",
     false},
    {"turkish", "", true},
};

const struct apostrophe_rules *apostrophe_rules_of(const char *language)
{
    for (size_t i = 0; i < sizeof rules_by_language / sizeof *rules_by_language; i++)
        if (strcmp(rules_by_language[i].language, language) == 0)
            return &rules_by_language[i];
    return NULL;
}

static bool is_particle(const struct apostrophe_rules *rules, const char *word, size_t len)
{
    char wanted[MAX_PARTICLE_BYTES + 3] = " ";
    if (len > MAX_PARTICLE_BYTES)
        return false;
    memcpy(wanted + 1, word, len);
    wanted[len + 1] = ' ';
    return strstr(rules->particles, wanted) != NULL;
}

const char *apostrophe_trim(const struct apostrophe_rules *rules, const char *word, size_t *len)
{
    const char *apostrophe = rules ? memchr(word, '\'', *len) : NULL;
    if (!apostrophe || apostrophe == word)
        return word;
    size_t before = (size_t)(apostrophe - word);
    if (rules->cuts_endings) {
        *len = before;
    } else if (before + 1 < *len && is_particle(rules, word, before)) {
        *len -= before + 1;
        return apostrophe + 1;
    }
    return word;
}

size_t apostrophe_possessive(const char *word, size_t len)
{
    size_t ending = 0;
    if (len > 0 && word[len - 1] == '\'')
        ending = 1;
    else if (len > 1 && word[len - 2] == '\'' && word[len - 1] == 's')
        ending = 2;
    return ending < len ? len - ending : len;
}
