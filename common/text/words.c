/*
 * words.c - the words of a text, by a shortcut that settles 64 bytes at a time
 * where they are ASCII, and by the rules of words_rules.c where not.
 *
 * Invariant: words->at is always a boundary of the full rules, so either path
 * can go on from there. The shortcut hands over whenever a byte above 127 could
 * have a say in where the segment ends.
 */
#include "common/text/words.h"

#include <string.h>

#define NO_BLOCK UINT32_MAX /* no multiple of 64, so no block starts there */

enum outcome { WORD_FOUND, TEXT_ENDED, NEEDS_RULES };

struct words words_of(const char *text, size_t len)
{
    uint32_t used = len < WORDS_MAX_TEXT_BYTES ? (uint32_t)len : WORDS_MAX_TEXT_BYTES;
    return (struct words){
        .text = text, .len = used, .block = NO_BLOCK, .kernel = words_block_best()};
}

/* The block's masks; behind the end of the text it is all separators. */
static struct words_block masks_of(const struct words *words, uint32_t block)
{
    struct words_block masks;
    uint32_t left = words->len - block;
    if (left >= WORDS_BLOCK_BYTES) {
        words->kernel(words->text + block, &masks);
    } else {
        char tail[WORDS_BLOCK_BYTES] = {0};
        memcpy(tail, words->text + block, left);
        words->kernel(tail, &masks);
    }
    return masks;
}

static uint64_t is_letter(char c)
{
    return (unsigned)(c | 0x20) - 'a' < 26;
}

static uint64_t is_digit(char c)
{
    return (unsigned)c - '0' < 10;
}

static uint64_t is_beyond(char c)
{
    return (unsigned char)c >> 7;
}

/* The places whose neighbours on both sides are in the mask; the outermost two
 * neighbours stand outside the block. */
static uint64_t between(uint64_t mask, uint64_t before, uint64_t after)
{
    return (mask << 1 | before) & (mask >> 1 | after << 63);
}

/* Makes `at` lie in the block whose masks words holds. */
static inline void enter_block(struct words *words, uint32_t at)
{
    const uint32_t block = at - at % WORDS_BLOCK_BYTES;
    if (block == words->block)
        return;
    const struct words_block m = masks_of(words, block);
    const char *text = words->text + block;
    char before = block > 0 ? text[-1] : '\0';
    char after = words->len - block > WORDS_BLOCK_BYTES ? text[WORDS_BLOCK_BYTES] : '\0';
    uint64_t bridges = (m.mid_letters & between(m.letters, is_letter(before), is_letter(after))) |
                       (m.mid_digits & between(m.digits, is_digit(before), is_digit(after)));
    words->block = block;
    words->runs = m.letters | m.digits | m.underscores | bridges;
    words->beyond = m.beyond;
    words->unsure =
        m.beyond | ((m.mid_letters | m.mid_digits) & (m.beyond >> 1 | is_beyond(after) << 63));
    words->plain = (words->unsure | m.underscores) == 0;
}

static inline bool has_bit(uint64_t mask, uint32_t at)
{
    return mask >> at % WORDS_BLOCK_BYTES & 1;
}

static inline uint32_t next_block(uint32_t at)
{
    return at - at % WORDS_BLOCK_BYTES + WORDS_BLOCK_BYTES;
}

/* The first place from `at` on that is in a run or beyond ASCII, or the end. */
static inline uint32_t skip_separators(struct words *words, uint32_t at)
{
    for (; at < words->len; at = next_block(at)) {
        enter_block(words, at);
        uint64_t left = (words->runs | words->beyond) >> at % WORDS_BLOCK_BYTES;
        if (left)
            return at + (uint32_t)__builtin_ctzll(left);
    }
    return words->len;
}

/* The first place from `at` on that is not in a run, or the end. */
static inline uint32_t skip_run(struct words *words, uint32_t at)
{
    for (; at < words->len; at = next_block(at)) {
        enter_block(words, at);
        uint64_t left = ~words->runs >> at % WORDS_BLOCK_BYTES;
        if (left)
            return at + (uint32_t)__builtin_ctzll(left);
    }
    return words->len;
}

/* Where the full rules have to start, given that everything from `at` to
 * `found` is ASCII separators: a mark there would belong to the one before it,
 * and blanks hold together. */
static uint32_t last_boundary(const char *text, uint32_t at, uint32_t found)
{
    if (found > at && text[found - 1] != ' ')
        return found - 1;
    while (found > at && text[found - 1] == ' ')
        found--;
    return found;
}

static bool has_letter_or_digit(const char *text, uint32_t start, uint32_t end)
{
    while (start < end && text[start] == '_')
        start++;
    return start < end;
}

/* Finds the next word as long as ASCII alone decides. NEEDS_RULES leaves
 * words->at at the start of a segment where it does not. */
static inline enum outcome next_ascii_word(struct words *words, struct word *word)
{
    for (;;) {
        uint32_t start = skip_separators(words, words->at);
        if (start == words->len) {
            words->at = words->len;
            return TEXT_ENDED;
        }
        uint32_t end = has_bit(words->beyond, start) ? start : skip_run(words, start);
        if (end < words->len && has_bit(words->unsure, end)) {
            words->at = last_boundary(words->text, words->at, start);
            return NEEDS_RULES;
        }
        words->at = end;
        if (words->text[start] != '_' || has_letter_or_digit(words->text, start, end)) {
            *word = (struct word){start, end};
            return WORD_FOUND;
        }
    }
}

static inline bool next_word(struct words *words, struct word *word)
{
    for (;;) {
        enum outcome outcome = next_ascii_word(words, word);
        if (outcome != NEEDS_RULES)
            return outcome == WORD_FOUND;
        bool is_word;
        words->by_rules++;
        word->start = words->at;
        word->end = words->at = words_segment_end(words->text, words->len, words->at, &is_word);
        if (is_word)
            return true;
    }
}

bool words_next(struct words *words, struct word *word)
{
    return next_word(words, word);
}

/* More words than a block can begin. */
#define BLOCK_WORDS (WORDS_BLOCK_BYTES / 2 + 1)

/* Puts the runs of a block behind `count` words; *open tells whether the last of
 * these has only its start, now and then. Returns the new count. No step of the
 * loop waits for the one before. */
static inline size_t put_runs(uint64_t runs, uint32_t block, struct word *out, size_t count,
                              bool *open)
{
    const uint64_t before = runs << 1 | *open, none = (uint64_t)1 << (WORDS_BLOCK_BYTES - 1);
    uint64_t starts = runs & ~before, ends = ~runs & before;
    struct word *next = out + count + *open;
    for (; ends; ends &= ends - 1, starts &= starts - 1, count++) {
        next++->start = block + (uint32_t)__builtin_ctzll(starts | none);
        out[count].end = block + (uint32_t)__builtin_ctzll(ends);
    }
    if (starts)
        out[count].start = block + (uint32_t)__builtin_ctzll(starts);
    *open = runs >> (WORDS_BLOCK_BYTES - 1);
    return count;
}

/* The words from words->at on as far as blocks are plain and there is room for a
 * block of them; 0 when the next one needs a closer look. Every run is a word. */
static inline size_t scan_plain_blocks(struct words *words, struct word *out, size_t max)
{
    uint32_t at = words->at;
    size_t count = 0;
    bool open = false;
    while (at < words->len && max - count > BLOCK_WORDS) {
        enter_block(words, at);
        if (!words->plain)
            break;
        uint64_t runs = words->runs & UINT64_MAX << at % WORDS_BLOCK_BYTES;
        size_t before = count;
        count = put_runs(runs, words->block, out, count, &open);
        if (count == before && !open)
            break;
        at = next_block(at);
    }
    if (open && at >= words->len) {
        out[count++].end = words->len;
        open = false;
    }
    if (count > 0)
        words->at = out[count - 1].end;
    return count;
}

size_t words_scan(struct words *words, struct word *out, size_t max)
{
    size_t count = 0;
    while (count < max) {
        count += scan_plain_blocks(words, out + count, max - count);
        if (count > 0 && max - count <= BLOCK_WORDS && max > BLOCK_WORDS)
            break;
        if (count < max && !next_word(words, &out[count++]))
            return count - 1;
    }
    return count;
}
