/*
 * units.h - what of a text becomes a term each: its words (words.h), and what
 * stands in for words where a script puts no blanks between them.
 *
 *   Chinese, Japanese, Korean   every character with the one that follows it,
 *                               so that any run of two or more is found as a
 *                               phrase; the last of a run stands alone:
 *                               "東京都" is 東京, 京都, 都
 *   Thai, Lao, Khmer, Burmese   words of a dictionary (breaker.h); where there
 *                               is none, every letter with its marks
 *
 * So a run of n paired characters has n units, and a single character is the
 * beginning of one unit wherever it stands.
 */
#ifndef TEXT_UNITS_H
#define TEXT_UNITS_H

#include <stddef.h>
#include <stdint.h>

#include "common/text/breaker.h"
#include "common/text/words.h"

#define UNITS_BATCH 256

enum unit_kind {
    UNIT_WORD,
    UNIT_PAIR,        /* a paired character and the next */
    UNIT_LAST_OF_RUN, /* one that the pair before holds already */
    UNIT_LONE         /* one with no neighbour of its kind */
};

/* An iterator. All that it points at must outlive it. */
struct units {
    struct words words;
    struct breaker *breaker;
    struct word found[UNITS_BATCH]; /* words to be taken apart; [at, count) are left */
    size_t at, count;
    uint32_t inside;     /* how far found[at] has been handed out; 0: not at all */
    uint32_t paired_end; /* where the paired character handed out last ended */
    const uint32_t *ends;
    size_t end_at, end_count; /* the dictionary's words, [end_at, end_count) are left */
    uint32_t run_start;       /* what ends counts from */
    uint32_t from;            /* where the next of them starts */
};

struct units units_of(const char *text, size_t len, struct breaker *breaker);

/* The next units, up to UNITS_BATCH of them, with their kinds; 0 only at the
 * end of the text. Spans of pairs overlap; all ascend by their start. */
size_t units_scan(struct units *u, struct word out[UNITS_BATCH], uint8_t kinds[UNITS_BATCH]);

#endif
