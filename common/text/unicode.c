/* unicode.c - look-ups in the tables of unicode_tables.c. */
#include "common/text/unicode.h"

/* Hangul syllables are composed by arithmetic: the Unicode Standard, 3.12. */
#define HANGUL_LEAD       0x1100u
#define HANGUL_VOWEL      0x1161u
#define HANGUL_TRAIL      0x11A7u /* one before the first: index 0 means no trail */
#define HANGUL_SYLLABLE   0xAC00u
#define HANGUL_LEADS      19u
#define HANGUL_VOWELS     21u
#define HANGUL_TRAILS     28u
#define HANGUL_SYLLABLES  (HANGUL_LEADS * HANGUL_VOWELS * HANGUL_TRAILS)
#define FIRST_SECOND_HALF 0x0300u /* no code point below composes with one before it */

static const char *string_at(uint32_t offset, size_t *len)
{
    if (offset == 0)
        return NULL;
    *len = unicode_strings[offset];
    return (const char *)&unicode_strings[offset + 1];
}

const char *unicode_fold(uint32_t cp, size_t *len)
{
    const uint32_t place = unicode_place(cp), shift = UNICODE_FOLD_SHIFT;
    uint32_t block = unicode_fold_blocks[place >> shift];
    return string_at(unicode_fold_cells[block << shift | (place & ((1u << shift) - 1))], len);
}

const char *unicode_plain(uint32_t cp, size_t *len)
{
    const uint32_t place = unicode_place(cp), shift = UNICODE_PLAIN_SHIFT;
    uint32_t block = unicode_plain_blocks[place >> shift];
    return string_at(unicode_plain_cells[block << shift | (place & ((1u << shift) - 1))], len);
}

static uint32_t compose_hangul(uint32_t first, uint32_t second)
{
    uint32_t lead = first - HANGUL_LEAD, vowel = second - HANGUL_VOWEL;
    if (lead < HANGUL_LEADS && vowel < HANGUL_VOWELS)
        return HANGUL_SYLLABLE + (lead * HANGUL_VOWELS + vowel) * HANGUL_TRAILS;
    uint32_t syllable = first - HANGUL_SYLLABLE, trail = second - HANGUL_TRAIL;
    if (syllable < HANGUL_SYLLABLES && syllable % HANGUL_TRAILS == 0 &&
        trail - 1 < HANGUL_TRAILS - 1)
        return first + trail;
    return 0;
}

static int compare_pair(const struct unicode_composition *c, uint32_t first, uint32_t second)
{
    if (c->first != first)
        return c->first < first ? -1 : 1;
    return c->second < second ? -1 : c->second > second;
}

uint32_t unicode_compose(uint32_t first, uint32_t second)
{
    if (second < FIRST_SECOND_HALF)
        return 0;
    size_t low = 0, high = UNICODE_COMPOSITIONS;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = compare_pair(&unicode_compositions[middle], first, second);
        if (order == 0)
            return unicode_compositions[middle].whole;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return compose_hangul(first, second);
}
