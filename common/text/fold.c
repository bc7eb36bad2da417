/* fold.c - case, composition and accents, by the tables behind unicode.h. */
#include "common/text/fold.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "common/text/unicode.h"
#include "common/text/utf8.h"

#define CAPITAL_DOTTED_I 0x0130u

/* Text that is being written into FOLD_MAX_BYTES; once something does not fit,
 * nothing more is taken. */
struct output {
    char *bytes;
    size_t used;
    bool full;
};

static void write_bytes(struct output *out, const char *bytes, size_t len)
{
    if (out->full || len > FOLD_MAX_BYTES - out->used) {
        out->full = true;
        return;
    }
    memcpy(out->bytes + out->used, bytes, len);
    out->used += len;
}

static void write_code_point(struct output *out, uint32_t cp)
{
    char bytes[UTF8_MAX_BYTES];
    write_bytes(out, bytes, utf8_encode(cp, bytes));
}

/* The last code point waits: what comes next may be a mark that composes with
 * it. Zero is none. */
struct composer {
    struct output out;
    uint32_t waiting;
};

static void flush(struct composer *c)
{
    if (c->waiting)
        write_code_point(&c->out, c->waiting);
    c->waiting = 0;
}

static void compose(struct composer *c, uint32_t cp)
{
    uint32_t whole = c->waiting ? unicode_compose(c->waiting, cp) : 0;
    if (!whole)
        flush(c);
    c->waiting = whole ? whole : cp;
}

static void compose_text(struct composer *c, const char *p, size_t len)
{
    const char *end = p + len;
    for (size_t step; p < end; p += step)
        compose(c, utf8_decode(p, end, &step));
}

/* What the capital is the capital of where Turkic rules differ; "" elsewhere. */
static const char *turkic_lower(uint32_t cp)
{
    if (cp == 'I')
        return "\xC4\xB1";
    return cp == CAPITAL_DOTTED_I ? "i" : "";
}

static void fold_code_point(struct composer *c, uint32_t cp, enum fold_case rules)
{
    const char *folded = rules == FOLD_TURKIC ? turkic_lower(cp) : "";
    size_t len = strlen(folded);
    if (len == 0)
        folded = unicode_fold(cp, &len);
    if (folded)
        compose_text(c, folded, len);
    else
        compose(c, cp);
}

/* Most words need no tables: false, with out spoilt, for one that does. */
static bool fold_ascii(const char *word, size_t len, enum fold_case rules, char *out)
{
    if (len > FOLD_MAX_BYTES)
        return false;
    for (size_t i = 0; i < len; i++) {
        unsigned char byte = (unsigned char)word[i];
        bool capital = (unsigned)byte - 'A' < 26;
        if (byte > 127 || (capital && rules == FOLD_TURKIC))
            return false;
        out[i] = (char)(capital ? byte | 0x20 : byte);
    }
    return true;
}

size_t fold_word(const char *word, size_t len, enum fold_case rules, char out[FOLD_MAX_BYTES])
{
    if (fold_ascii(word, len, rules, out))
        return len;
    struct composer c = {.out.bytes = out};
    const char *p = word, *end = word + len;
    for (size_t step; p < end && !c.out.full; p += step)
        fold_code_point(&c, utf8_decode(p, end, &step), rules);
    flush(&c);
    return c.out.used;
}

static bool is_ascii(const char *p, size_t len)
{
    unsigned char seen = 0;
    for (size_t i = 0; i < len; i++)
        seen |= (unsigned char)p[i];
    return seen < 0x80;
}

size_t fold_accents(const char *word, size_t len, char out[FOLD_MAX_BYTES])
{
    if (len <= FOLD_MAX_BYTES && is_ascii(word, len)) {
        memcpy(out, word, len);
        return len;
    }
    struct output o = {.bytes = out};
    const char *p = word, *end = word + len;
    for (size_t step, plain_len; p < end && !o.full; p += step) {
        uint32_t cp = utf8_decode(p, end, &step);
        const char *plain = unicode_plain(cp, &plain_len);
        if (plain)
            write_bytes(&o, plain, plain_len);
        else
            write_code_point(&o, cp);
    }
    return o.used;
}
