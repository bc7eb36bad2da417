/* scripts.c - ranges of letters, searched by halves, and where characters end. */
#include "common/text/scripts.h"

#include "common/text/unicode.h"
#include "common/text/utf8.h"

struct range {
    uint32_t first, last;
};

static const struct range paired[] = {
    {0x1100, 0x11FF},   /* Hangul jamo */
    {0x3005, 0x3007},   /* ideographic repetition, closing mark, zero */
    {0x3021, 0x3029},   /* Hangzhou numerals */
    {0x3031, 0x3035},   /* kana repetition */
    {0x3038, 0x303C},   /* Hangzhou numerals, masu */
    {0x3041, 0x3096},   /* hiragana */
    {0x309D, 0x309F},   /* its repetition marks */
    {0x30A1, 0x30FA},   /* katakana */
    {0x30FC, 0x30FF},   /* its prolonged sound and repetition marks */
    {0x3105, 0x312F},   /* bopomofo */
    {0x3131, 0x318E},   /* Hangul compatibility jamo */
    {0x31A0, 0x31BF},   /* bopomofo extended */
    {0x31F0, 0x31FF},   /* katakana extended */
    {0x3400, 0x4DBF},   /* ideographs, extension A */
    {0x4E00, 0x9FFF},   /* ideographs */
    {0xA960, 0xA97C},   /* Hangul jamo extended */
    {0xAC00, 0xD7A3},   /* Hangul syllables */
    {0xD7B0, 0xD7FB},   /* Hangul jamo extended */
    {0xF900, 0xFAD9},   /* compatibility ideographs */
    {0xFF66, 0xFFDC},   /* halfwidth katakana and Hangul */
    {0x1AFF0, 0x1B16F}, /* kana extended and supplement */
    {0x20000, 0x3134A}, /* ideographs, later extensions and supplements */
    {0x31350, 0x323AF},
};

static const struct range dictionary[] = {
    {0x0E01, 0x0E3A},                                     /* Thai */
    {0x0E40, 0x0E4E}, {0x0E81, 0x0ECE},                   /* Lao */
    {0x0EDC, 0x0EDF}, {0x1000, 0x103F},                   /* Myanmar */
    {0x1050, 0x108F}, {0x109A, 0x109F}, {0x1780, 0x17D3}, /* Khmer */
    {0x17D7, 0x17D7}, {0x17DC, 0x17DD}, {0xA9E0, 0xA9EF}, /* Myanmar extended */
    {0xA9FA, 0xA9FE}, {0xAA60, 0xAA7F},
};

static bool is_in(const struct range *ranges, size_t count, uint32_t cp)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (cp > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && cp >= ranges[low].first;
}

bool is_paired_letter(uint32_t cp)
{
    return is_in(paired, sizeof paired / sizeof *paired, cp);
}

bool is_dictionary_letter(uint32_t cp)
{
    return is_in(dictionary, sizeof dictionary / sizeof *dictionary, cp);
}

/* Typographic quotes and dashes begin with E2, which no such letter does. */
bool may_hold_unspaced(const char *text, size_t len)
{
    bool found = false;
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)text[i];
        found |= c >= SCRIPTS_LEAST_BYTE && c != 0xE2;
    }
    return found;
}

static bool is_mark(uint32_t cp)
{
    uint8_t class = unicode_word_property(cp) & UNICODE_WORD_BREAK_MASK;
    return class == WB_EXTEND || class == WB_FORMAT || class == WB_ZWJ;
}

/* Jamo: leading consonants, then vowels, then final consonants (UAX #29, GB6-8). */
static bool is_lead_jamo(uint32_t cp)
{
    return cp - 0x1100 <= 0x115F - 0x1100 || cp - 0xA960 <= 0xA97C - 0xA960;
}

static bool is_later_jamo(uint32_t cp)
{
    return cp - 0x1160 <= 0x11FF - 0x1160 || cp - 0xD7B0 <= 0xD7FB - 0xD7B0;
}

uint32_t character_end(const char *text, uint32_t len, uint32_t at)
{
    const char *end = text + len;
    size_t step;
    uint32_t cp = utf8_decode(text + at, end, &step);
    bool jamo = is_lead_jamo(cp) || is_later_jamo(cp);
    for (at += (uint32_t)step; at < len; at += (uint32_t)step) {
        cp = utf8_decode(text + at, end, &step);
        if (!is_mark(cp) && !(jamo && is_later_jamo(cp)))
            break;
    }
    return at;
}

size_t count_paired(const char *text, size_t len)
{
    const char *end = text + len;
    size_t count = 0, step;
    for (const char *p = text; p < end; p += step) {
        step = 1;
        if ((unsigned char)*p < SCRIPTS_LEAST_BYTE)
            continue;
        uint32_t cp = utf8_decode(p, end, &step);
        count += is_paired_letter(cp) && !is_later_jamo(cp);
    }
    return count;
}
