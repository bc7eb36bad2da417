/*
 * words_rules.c - the rules of UAX #29, version 15.0, one character at a time.
 *
 * What cannot be seen from here cannot matter: a boundary depends on what
 * follows the last one and, past marks, on one character beyond the next.
 */
#include "common/text/words.h"

#include "common/text/unicode.h"
#include "common/text/utf8.h"

#define BIT(class) (1u << (class))

#define MARKS     (BIT(WB_EXTEND) | BIT(WB_FORMAT) | BIT(WB_ZWJ))
#define NEWLINES  (BIT(WB_CR) | BIT(WB_LF) | BIT(WB_NEWLINE))
#define LETTERS   (BIT(WB_ALETTER) | BIT(WB_HEBREW_LETTER))
#define IN_LETTER (BIT(WB_MID_LETTER) | BIT(WB_MID_NUM_LET) | BIT(WB_SINGLE_QUOTE))
#define IN_NUMBER (BIT(WB_MID_NUM) | BIT(WB_MID_NUM_LET) | BIT(WB_SINGLE_QUOTE))
#define CLASSES   (UNICODE_WORD_BREAK_MASK + 1)

/* Which classes follow without a break: WB3, WB3d, WB5, 7a, 8-10, 13-13b, 15-16. */
static const uint32_t joins[CLASSES] = {
    [WB_CR] = BIT(WB_LF),
    [WB_WSEG_SPACE] = BIT(WB_WSEG_SPACE),
    [WB_ALETTER] = LETTERS | BIT(WB_NUMERIC) | BIT(WB_EXTEND_NUM_LET),
    [WB_HEBREW_LETTER] = LETTERS | BIT(WB_NUMERIC) | BIT(WB_EXTEND_NUM_LET) | BIT(WB_SINGLE_QUOTE),
    [WB_NUMERIC] = LETTERS | BIT(WB_NUMERIC) | BIT(WB_EXTEND_NUM_LET),
    [WB_KATAKANA] = BIT(WB_KATAKANA) | BIT(WB_EXTEND_NUM_LET),
    [WB_EXTEND_NUM_LET] = LETTERS | BIT(WB_NUMERIC) | BIT(WB_KATAKANA) | BIT(WB_EXTEND_NUM_LET),
    [WB_REGIONAL_INDICATOR] = BIT(WB_REGIONAL_INDICATOR),
};

/* Which classes may stand between two letters or digits: WB6, 7b, 12. */
static const uint32_t bridges[CLASSES] = {
    [WB_ALETTER] = IN_LETTER,
    [WB_HEBREW_LETTER] = IN_LETTER | BIT(WB_DOUBLE_QUOTE),
    [WB_NUMERIC] = IN_NUMBER,
};

struct segment {
    const char *p; /* its end so far */
    const char *end;
    uint8_t class;     /* of its last character that is not a mark */
    bool ends_in_mark; /* Extend, Format or ZWJ */
    bool ends_in_zwj;
    bool is_word;
};

/* The unicode_word_property of the character at p < end; *len as utf8_decode
 * says. The two-byte sequences of most alphabets are decoded on the spot. */
static inline uint8_t property_at(const char *p, const char *end, size_t *len)
{
    const unsigned char *in = (const unsigned char *)p;
    if (in[0] - 0xC2u < 0xE0 - 0xC2 && end - p >= 2 && (in[1] & 0xC0) == 0x80) {
        *len = 2;
        return unicode_word_property((in[0] & 0x1Fu) << 6 | (in[1] & 0x3Fu));
    }
    return unicode_word_property(utf8_decode(p, end, len));
}

static uint8_t class_of(uint8_t property)
{
    return property & UNICODE_WORD_BREAK_MASK;
}

/* WB4: a mark belongs to what it follows and changes nothing about it. */
static void take_mark(struct segment *s, uint8_t property, size_t len)
{
    s->p += len;
    s->ends_in_mark = true;
    s->ends_in_zwj = class_of(property) == WB_ZWJ;
    s->is_word |= (property & UNICODE_LETTER_OR_DIGIT) != 0;
}

static void take(struct segment *s, uint8_t property, size_t len)
{
    take_mark(s, property, len);
    s->ends_in_mark = false;
    s->class = class_of(property);
}

static uint32_t beyond_bridge(uint8_t before, uint8_t bridge)
{
    if (before == WB_NUMERIC)
        return BIT(WB_NUMERIC);
    return bridge == WB_DOUBLE_QUOTE ? BIT(WB_HEBREW_LETTER) : LETTERS;
}

/* WB6-7, 7b-c, 11-12: takes the bridge and the letter or digit beyond it, if
 * there is one. */
static bool cross_bridge(struct segment *s, uint8_t bridge, size_t len)
{
    const uint32_t wanted = beyond_bridge(s->class, bridge);
    for (const char *p = s->p + len; p < s->end; p += len) {
        uint8_t property = property_at(p, s->end, &len);
        if (BIT(class_of(property)) & wanted) {
            s->p = p;
            take(s, property, len);
            return true;
        }
        if (!(BIT(class_of(property)) & MARKS))
            break;
    }
    return false;
}

static bool joins_on(const struct segment *s, uint8_t property)
{
    if (s->ends_in_zwj && (property & UNICODE_PICTOGRAPHIC))
        return true; /* WB3c */
    if (s->ends_in_mark && class_of(property) == WB_WSEG_SPACE)
        return false; /* WB3d comes before WB4 */
    return joins[s->class] & BIT(class_of(property));
}

/* Takes the next character into the segment; false at a boundary. */
static bool grow(struct segment *s)
{
    size_t len;
    const uint8_t property = property_at(s->p, s->end, &len), class = class_of(property);
    if ((BIT(class) & MARKS) && !(BIT(s->class) & NEWLINES)) {
        take_mark(s, property, len);
        return true;
    }
    if ((bridges[s->class] & BIT(class)) && cross_bridge(s, class, len))
        return true;
    if (!joins_on(s, property))
        return false;
    const bool completes_flag = s->class == WB_REGIONAL_INDICATOR && class == s->class;
    take(s, property, len);
    if (completes_flag)
        s->class = WB_OTHER; /* WB15-16: they pair up */
    return true;
}

uint32_t words_segment_end(const char *text, uint32_t len, uint32_t at, bool *is_word)
{
    struct segment s = {.p = text + at, .end = text + len};
    size_t step;
    uint8_t first = property_at(s.p, s.end, &step);
    take(&s, first, step);
    while (s.p < s.end && grow(&s))
        ;
    *is_word = s.is_word;
    return (uint32_t)(s.p - text);
}
