/*
 * units.c - words as they are, until one holds letters of an unspaced script.
 *
 * Invariant: what has been handed out starts before found[at] or, within it,
 * before `inside`; a unit's end may lie beyond.
 */
#include "common/text/units.h"

#include <stdbool.h>
#include <string.h>

#include "common/text/scripts.h"
#include "common/text/unicode.h"
#include "common/text/utf8.h"

struct units units_of(const char *text, size_t len, struct breaker *breaker)
{
    return (struct units){.words = words_of(text, len), .breaker = breaker};
}

static uint32_t code_point_at(const struct units *u, uint32_t at)
{
    size_t step;
    return utf8_decode(u->words.text + at, u->words.text + u->words.len, &step);
}

static bool any_unspaced(const struct units *u, const struct word *words, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (may_hold_unspaced(u->words.text + words[i].start, words[i].end - words[i].start))
            return true;
    return false;
}

/* Passes the word at hand up to `end`. */
static void pass(struct units *u, uint32_t end)
{
    u->inside = end;
    if (end >= u->found[u->at].end) {
        u->at++;
        u->inside = 0;
    }
}

/* A paired character, and the next where one follows at once. */
static struct word take_pair(struct units *u, uint32_t start, uint8_t *kind)
{
    const char *text = u->words.text;
    uint32_t len = u->words.len, end = character_end(text, len, start), next = end;
    bool follows = u->paired_end == start && start > 0;
    if (end < len && is_paired_letter(code_point_at(u, end)))
        next = character_end(text, len, end);
    u->paired_end = end;
    pass(u, end);
    *kind = next > end ? UNIT_PAIR : follows ? UNIT_LAST_OF_RUN : UNIT_LONE;
    return (struct word){start, next};
}

/* Hands the run over to the dictionary, and passes all that it holds; false
 * where there is none. Between two such letters there is a boundary, and so
 * there is behind the last one's marks: the words can go on from there. */
static bool break_run(struct units *u, uint32_t start)
{
    const char *text = u->words.text;
    uint32_t len = u->words.len, end = start;
    while (end < len && is_dictionary_letter(code_point_at(u, end)))
        end = character_end(text, len, end);
    u->end_at = 0;
    u->end_count = breaker_run(u->breaker, text + start, end - start, &u->ends);
    if (!u->end_count)
        return false;
    u->run_start = u->from = start;
    u->inside = 0;
    while (u->at < u->count && u->found[u->at].start < end)
        u->at++;
    if (u->words.at < end)
        u->words.at = end;
    return true;
}

static struct word take_break(struct units *u)
{
    struct word word = {u->from, u->run_start + u->ends[u->end_at++]};
    u->from = word.end;
    return word;
}

/* What stands in a word before its first letter of an unspaced script. */
static struct word take_plain(struct units *u, uint32_t start)
{
    uint32_t end = start, word_end = u->found[u->at].end;
    do
        end = character_end(u->words.text, word_end, end);
    while (end < word_end && !is_paired_letter(code_point_at(u, end)));
    pass(u, end);
    return (struct word){start, end};
}

static bool holds_letter(const struct units *u, struct word word)
{
    const char *p = u->words.text + word.start, *end = u->words.text + word.end;
    for (size_t step; p < end; p += step)
        if (unicode_word_property(utf8_decode(p, end, &step)) & UNICODE_LETTER_OR_DIGIT)
            return true;
    return false;
}

/* The next part of the words found; false when it is none to hand out. */
static bool take(struct units *u, struct word *out, uint8_t *kind)
{
    uint32_t start = u->inside ? u->inside : u->found[u->at].start;
    uint32_t cp = code_point_at(u, start);
    *kind = UNIT_WORD;
    if (is_paired_letter(cp)) {
        *out = take_pair(u, start, kind);
        return true;
    }
    if (is_dictionary_letter(cp) && u->breaker && break_run(u, start))
        return false; /* its words come from take_break */
    *out = take_plain(u, start);
    return holds_letter(u, *out);
}

static size_t take_apart(struct units *u, struct word out[UNITS_BATCH], uint8_t kinds[UNITS_BATCH])
{
    size_t count = 0;
    while (count < UNITS_BATCH && (u->at < u->count || u->end_at < u->end_count)) {
        if (u->end_at < u->end_count) {
            out[count] = take_break(u);
            kinds[count++] = UNIT_WORD;
        } else if (take(u, &out[count], &kinds[count])) {
            count++;
        }
    }
    return count;
}

size_t units_scan(struct units *u, struct word out[UNITS_BATCH], uint8_t kinds[UNITS_BATCH])
{
    for (;;) {
        size_t count = take_apart(u, out, kinds);
        if (count)
            return count;
        const uint32_t by_rules = u->words.by_rules;
        count = words_scan(&u->words, out, UNITS_BATCH);
        if (by_rules == u->words.by_rules || !any_unspaced(u, out, count)) {
            memset(kinds, UNIT_WORD, count);
            return count;
        }
        memcpy(u->found, out, count * sizeof *out);
        u->at = 0;
        u->count = count;
    }
}
