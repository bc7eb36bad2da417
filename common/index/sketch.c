/* sketch.c - choosing the lowest hashes; packing them. */
#include "common/index/sketch.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/hash.h"
#include "common/base/mem.h"
#include "common/text/paragraphs.h"

#define FIRST_PARAGRAPHS 2
#define LAST_PARAGRAPHS  (SKETCH_PARAGRAPHS - FIRST_PARAGRAPHS)

#define WRAPPED_LINES 6
#define WRAPPED_BYTES 80

/* Tokens ahead whose keys are fetched. */
#define AHEAD 32

#define HASH_END      ((uint32_t)1 << SKETCH_HASH_BITS)
#define TERM_FACTOR   UINT64_C(0x9E3779B97F4A7C15)
#define WINDOW_FACTOR UINT64_C(0xD6E8FEB86659FD93)

/* ---- terms and windows ---- */

void sketcher_init(struct sketcher *k, const struct analyzer *analyzer,
                   const struct lexicon *lexicon)
{
    *k = (struct sketcher){.analyzer = analyzer, .lexicon = lexicon};
}

void sketcher_free(struct sketcher *k)
{
    free(k->keys);
    free(k->content);
    free(k->hashes);
    *k = (struct sketcher){0};
}

/* Odd, so that no term's key is a stop word's. */
static uint32_t key_of(const struct analyzer *analyzer, const char *term, size_t len)
{
    return analyzer_is_stop(analyzer, term, len) ? 0 : (uint32_t)hash64(term, len, 0) | 1;
}

static void learn(struct sketcher *k)
{
    uint32_t count = lexicon_forms(k->lexicon);
    mem_grow(k->keys, &k->capacity, count);
    for (; k->known < count; k->known++) {
        size_t len;
        const char *term = lexicon_term(k->lexicon, k->known, &len);
        k->keys[k->known] = key_of(k->analyzer, term, len);
    }
}

/* The keys of the windows of a part, windows[0..2] being the first; a part
 * shorter than a window has one, with zeros in front. Returns how many. */
static size_t windows_of(struct sketcher *k, const uint32_t *ids, size_t tokens,
                         const uint32_t **windows)
{
    const size_t most = SKETCH_MOST_WINDOWS + SKETCH_WINDOW - 1;
    mem_grow(k->content, &k->content_capacity, (tokens < most ? tokens : most) + SKETCH_WINDOW);
    memset(k->content, 0, (SKETCH_WINDOW - 1) * sizeof *k->content);
    uint32_t *content = k->content + SKETCH_WINDOW - 1;
    size_t n = 0;
    for (size_t i = 0; i < tokens && n < most; i++) {
        __builtin_prefetch(&k->keys[ids[i + AHEAD < tokens ? i + AHEAD : i]]);
        content[n] = k->keys[ids[i]];
        n += content[n] != 0;
    }
    *windows = n < SKETCH_WINDOW && n ? content + n - SKETCH_WINDOW : content;
    return n < SKETCH_WINDOW ? n > 0 : n - SKETCH_WINDOW + 1;
}

static inline uint32_t window_hash(const uint32_t keys[SKETCH_WINDOW])
{
    uint64_t x = (keys[0] * TERM_FACTOR + keys[1]) * TERM_FACTOR + keys[2];
    x ^= x >> 32;
    return (uint32_t)(x * WINDOW_FACTOR >> (64 - SKETCH_HASH_BITS));
}

/* ---- the lowest hashes ---- */

/* Puts a hash in its place, unless it is there or all are lower. */
static void insert(struct sketch *s, uint32_t hash)
{
    unsigned at = s->count;
    while (at > 0 && s->hashes[at - 1] > hash)
        at--;
    if (at == SKETCH_HASHES || (at > 0 && s->hashes[at - 1] == hash))
        return;
    s->count = (uint8_t)(s->count < SKETCH_HASHES ? s->count + 1 : SKETCH_HASHES);
    memmove(s->hashes + at + 1, s->hashes + at, (s->count - at - 1u) * sizeof *s->hashes);
    s->hashes[at] = hash;
}

/* Few enough to be sorted by counting, for each, those below it. */
#define FEW 32

/* The lowest of n hashes; false when that is more than FEW or when some that are equal
 * leave too few of `all`. What fills the array is above all hashes. */
static bool take_lowest(const uint32_t few[FEW], size_t n, size_t all, struct sketch *s)
{
    uint32_t sorted[FEW + 1];
    if (n > FEW)
        return false;
    memset(sorted, 0xff, sizeof sorted);
    for (size_t i = 0; i < n; i++) {
        uint32_t below = 0;
        for (unsigned k = 0; k < FEW; k++)
            below += few[k] < few[i];
        sorted[below] = few[i];
    }
    for (size_t i = 0; i < n && s->count < SKETCH_HASHES; i++)
        if (sorted[i] < HASH_END)
            s->hashes[s->count++] = sorted[i];
    return s->count == SKETCH_HASHES || n == all;
}

/* Hashes are spread evenly, so a bound leaves about as many as it should; there
 * is no branch to mispredict. Text that repeats itself is seldom. */
static void choose_lowest(const uint32_t *hashes, size_t n, struct sketch *s)
{
    uint32_t few[FEW + 1], bound = HASH_END;
    size_t below = 0;
    memset(few, 0xff, sizeof few);
    if (n > FEW)
        bound = (uint32_t)((uint64_t)HASH_END * (FEW * 5 / 8) / n);
    for (size_t i = 0; i < n; i++) {
        few[below < FEW ? below : FEW] = hashes[i];
        below += hashes[i] < bound;
    }
    if (below < FEW)
        few[below] = UINT32_MAX; /* the last one tried */
    if (take_lowest(few, below, n, s))
        return;
    s->count = 0;
    for (size_t i = 0; i < n; i++)
        insert(s, hashes[i]);
}

static size_t add_windows(struct sketcher *k, const uint32_t *ids, size_t tokens, size_t most,
                          uint32_t **hashes, size_t *capacity, size_t used)
{
    const uint32_t *windows;
    size_t n = windows_of(k, ids, tokens, &windows);
    n = n < most ? n : most;
    mem_grow(*hashes, capacity, used + n);
    for (size_t i = 0; i < n; i++)
        (*hashes)[used + i] = window_hash(windows + i);
    return used + n;
}

size_t sketcher_windows(struct sketcher *k, const uint32_t *ids, size_t tokens, uint32_t **hashes,
                        size_t *capacity, size_t used)
{
    learn(k);
    return add_windows(k, ids, tokens, SIZE_MAX, hashes, capacity, used);
}

/* ---- paragraphs ---- */

uint32_t sketch_paragraph_key(const char *source, const char *paragraph, size_t len)
{
    uint64_t of_source = hash64(source, strlen(source), 0);
    return (uint32_t)(hash64(paragraph, len, of_source) >> (64 - SKETCH_PARAGRAPH_BITS));
}

/* Whether it has enough words to be counted at all. */
static bool counts(const char *paragraph, size_t len)
{
    unsigned words = 0;
    bool outside = true;
    for (size_t i = 0; i < len && words < SKETCH_PARAGRAPH_WORDS; i++) {
        bool space = paragraph[i] == ' ' || (paragraph[i] >= '\t' && paragraph[i] <= '\r');
        words += outside && !space;
        outside = space;
    }
    return words >= SKETCH_PARAGRAPH_WORDS;
}

/* Whether the lines of a body without blank lines are only where its text was
 * wrapped: then they are no paragraphs. */
static bool is_wrapped(struct paragraphs it)
{
    const char *line;
    size_t len, longest = 0, lines = 0;
    while (it.by_line && paragraphs_next(&it, &line, &len)) {
        longest = len > longest ? len : longest;
        lines++;
    }
    return lines >= WRAPPED_LINES && longest <= WRAPPED_BYTES;
}

unsigned sketch_paragraphs(const struct article *a, struct end_paragraph out[SKETCH_PARAGRAPHS])
{
    struct paragraphs it = paragraphs_of(a->body, a->body_len);
    struct end_paragraph at;
    unsigned n = 0;
    if (is_wrapped(it))
        return 0;
    while (paragraphs_next(&it, &at.text, &at.len)) {
        if (!counts(at.text, at.len))
            continue;
        if (n == SKETCH_PARAGRAPHS)
            memmove(out + FIRST_PARAGRAPHS, out + FIRST_PARAGRAPHS + 1,
                    (LAST_PARAGRAPHS - 1) * sizeof *out);
        n = n < SKETCH_PARAGRAPHS ? n + 1 : n;
        out[n - 1] = at;
    }
    if (n == 1 && out[0].len == a->body_len)
        return 0; /* all there is: a copy then, not boilerplate */
    for (unsigned i = 0; i < n; i++)
        out[i].key = sketch_paragraph_key(a->source, out[i].text, out[i].len);
    return n;
}

static void add_paragraphs(const struct article *a, struct sketch *out)
{
    struct end_paragraph ends[SKETCH_PARAGRAPHS];
    out->paragraph_count = (uint8_t)sketch_paragraphs(a, ends);
    for (unsigned i = 0; i < out->paragraph_count; i++)
        out->paragraphs[i] = ends[i].key;
}

void sketcher_sketch(struct sketcher *k, const struct article *a, const uint32_t *ids,
                     size_t title_tokens, size_t tokens, struct sketch *out)
{
    *out = (struct sketch){0};
    learn(k);
    size_t n =
        add_windows(k, ids, title_tokens, SKETCH_MOST_WINDOWS, &k->hashes, &k->hashes_capacity, 0);
    n = add_windows(k, ids + title_tokens, tokens - title_tokens, SKETCH_MOST_WINDOWS - n,
                    &k->hashes, &k->hashes_capacity, n);
    out->windows = (uint32_t)n;
    choose_lowest(k->hashes, n, out);
    add_paragraphs(a, out);
}

/* ---- as stored ---- */

/* Gaps between the hashes of n windows are about 2^22 / n: this many low bits
 * of a gap are written as they are, the rest as ones up to a zero. */
static unsigned low_bits_of(uint32_t windows)
{
    unsigned length = 0;
    for (; windows; windows >>= 1)
        length++;
    return length < SKETCH_HASH_BITS ? SKETCH_HASH_BITS - length : 0;
}

struct bit_sink {
    struct buf *out;
    uint64_t bits;
    unsigned count;
};

static void put_bits(struct bit_sink *sink, uint32_t value, unsigned count)
{
    sink->bits |= (uint64_t)value << sink->count;
    sink->count += count;
    for (; sink->count >= 8; sink->count -= 8, sink->bits >>= 8)
        buf_putc(sink->out, (int)(sink->bits & 0xff));
}

void sketch_encode(const struct sketch *s, struct buf *out)
{
    struct bit_sink sink = {.out = out};
    unsigned low = low_bits_of(s->windows);
    uint32_t from = 0;
    buf_varint(out, s->windows);
    buf_putc(out, s->count | s->paragraph_count << 4);
    for (unsigned i = 0; i < s->count; i++) {
        uint32_t gap = s->hashes[i] - from;
        for (uint32_t ones = gap >> low; ones; ones--)
            put_bits(&sink, 1, 1);
        put_bits(&sink, 0, 1);
        put_bits(&sink, gap & (((uint32_t)1 << low) - 1), low);
        from = s->hashes[i] + 1;
    }
    put_bits(&sink, 0, (8 - sink.count) % 8);
    for (unsigned i = 0; i < s->paragraph_count; i++)
        for (unsigned shift = 0; shift < SKETCH_PARAGRAPH_BITS; shift += 8)
            buf_putc(out, (int)(s->paragraphs[i] >> shift & 0xff));
}

struct bit_source {
    struct bytes *in;
    uint64_t bits;
    unsigned count;
};

static bool take_bits(struct bit_source *source, unsigned count, uint32_t *value)
{
    while (source->count < count) {
        if (!bytes_left(source->in))
            return false;
        source->bits |= (uint64_t)*source->in->p++ << source->count;
        source->count += 8;
    }
    *value = (uint32_t)(source->bits & (((uint64_t)1 << count) - 1));
    source->bits >>= count;
    source->count -= count;
    return true;
}

static bool take_gap(struct bit_source *source, unsigned low, uint32_t *gap)
{
    uint32_t ones = 0, bit, rest;
    for (;; ones++) {
        if (!take_bits(source, 1, &bit) || ones > HASH_END >> low)
            return false;
        if (!bit)
            break;
    }
    if (!take_bits(source, low, &rest))
        return false;
    *gap = (ones << low) + rest;
    return true;
}

static bool take_hashes(struct bytes *in, struct sketch *out)
{
    struct bit_source source = {.in = in};
    unsigned low = low_bits_of(out->windows);
    uint32_t from = 0;
    for (unsigned i = 0; i < out->count; i++) {
        uint32_t gap;
        if (!take_gap(&source, low, &gap) || gap >= HASH_END - from)
            return false;
        out->hashes[i] = from + gap;
        from = out->hashes[i] + 1;
    }
    return source.bits == 0; /* what fills the last byte */
}

static bool take_paragraphs(struct bytes *in, struct sketch *out)
{
    for (unsigned i = 0; i < out->paragraph_count; i++) {
        const unsigned char *p;
        if (!take_bytes(in, SKETCH_PARAGRAPH_BITS / 8, &p))
            return false;
        out->paragraphs[i] = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
    }
    return true;
}

bool sketch_decode(struct bytes *in, struct sketch *out)
{
    const unsigned char *counts;
    *out = (struct sketch){0};
    if (!take_varint32(in, &out->windows) || !take_bytes(in, 1, &counts))
        return false;
    out->count = *counts & 15;
    out->paragraph_count = *counts >> 4;
    return out->windows <= SKETCH_MOST_WINDOWS && out->count <= SKETCH_HASHES &&
           out->count <= out->windows && out->paragraph_count <= SKETCH_PARAGRAPHS &&
           take_hashes(in, out) && take_paragraphs(in, out);
}
