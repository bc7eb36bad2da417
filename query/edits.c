/*
 * edits.c - one row of the table for each character of the word at hand.
 *
 * rows[i][j] is the distance between the first i characters of that word and
 * the first j of the fixed one.
 */
#include "query/edits.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "common/text/utf8.h"

struct edits {
    uint32_t fixed[EDITS_MOST_CHARACTERS];
    size_t fixed_len;
    unsigned most;
    uint32_t word[EDITS_MOST_CHARACTERS]; /* the one before, while the next is read */
    size_t rows_known;                    /* rows [0, rows_known) are those of `word` */
    size_t dead; /* words that share this many characters with `word` are too far; 0: none */
    uint16_t rows[EDITS_MOST_CHARACTERS + 1][EDITS_MOST_CHARACTERS + 1];
};

static size_t decode(const char *word, size_t len, uint32_t out[EDITS_MOST_CHARACTERS])
{
    size_t count = 0, n;
    for (const char *p = word, *end = word + len; p < end && count < EDITS_MOST_CHARACTERS; p += n)
        out[count++] = utf8_decode(p, end, &n);
    return count;
}

struct edits *edits_new(const char *word, size_t len, unsigned most)
{
    struct edits *e = mem_zalloc(1, sizeof *e);
    e->fixed_len = decode(word, len, e->fixed);
    e->most = most;
    for (size_t j = 0; j <= e->fixed_len; j++)
        e->rows[0][j] = (uint16_t)j;
    e->rows_known = 1;
    return e;
}

void edits_free(struct edits *e)
{
    free(e);
}

static uint16_t least(uint16_t a, unsigned b)
{
    return b < a ? (uint16_t)b : a;
}

/* Row i from the rows before it; returns its lowest value. */
static uint16_t fill_row(struct edits *e, size_t i)
{
    const uint16_t *above = e->rows[i - 1];
    uint16_t *row = e->rows[i], lowest = (uint16_t)i;
    uint32_t c = e->word[i - 1];
    row[0] = (uint16_t)i;
    for (size_t j = 1; j <= e->fixed_len; j++) {
        uint16_t best = (uint16_t)(above[j - 1] + (e->fixed[j - 1] != c));
        best = least(best, above[j] + 1u);
        best = least(best, row[j - 1] + 1u);
        if (i > 1 && j > 1 && e->fixed[j - 1] == e->word[i - 2] && e->fixed[j - 2] == c)
            best = least(best, e->rows[i - 2][j - 2] + 1u);
        row[j] = best;
        lowest = least(lowest, best);
    }
    return lowest;
}

/* How many characters the next word shares with the one before, which it replaces. */
static size_t take_word(struct edits *e, const uint32_t *word, size_t len)
{
    size_t shared = 0;
    while (shared < len && shared + 1 < e->rows_known && e->word[shared] == word[shared])
        shared++;
    for (size_t i = shared; i < len; i++)
        e->word[i] = word[i];
    return shared;
}

unsigned edits_distance(struct edits *e, const char *word, size_t len)
{
    uint32_t characters[EDITS_MOST_CHARACTERS];
    size_t count = decode(word, len, characters);
    size_t shared = take_word(e, characters, count);
    if (e->dead && shared >= e->dead)
        return e->most + 1;
    e->dead = 0;
    e->rows_known = shared + 1;
    for (size_t i = shared + 1; i <= count; i++) {
        uint16_t lowest = fill_row(e, i);
        e->rows_known = i + 1;
        /* An exchange reaches back two rows: a row must exceed by two. */
        if (lowest > e->most + 1) {
            e->dead = i;
            return e->most + 1;
        }
    }
    unsigned distance = e->rows[count][e->fixed_len];
    return distance <= e->most ? distance : e->most + 1;
}
