/* generated.c - rank r of the words comes with a probability near 1 / r (Zipf). */
#include "tests/unit/test.h"

#include "tests/unit/generated.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/archive_index.h"
#include "tests/unit/random.h"
#include "tests/unit/scratch.h"

#define WORDS 5000.0

enum stream { TITLE, BODY, REST };

static uint64_t seed_of(unsigned number, unsigned version, enum stream stream)
{
    uint64_t state = RANDOM_SEED ^ ((uint64_t)version << 40 | (uint64_t)stream << 32 | number);
    for (int i = 0; i < 4; i++)
        random32(&state);
    return state;
}

static bool one_in(uint64_t *state, uint32_t n)
{
    return random32(state) % n == 0;
}

/* The twelve most frequent are stop words, the others syllables. */
static void put_word(unsigned rank, struct buf *out)
{
    static const char *const stops[] = {"the", "of", "and", "to",  "in", "a",
                                        "is",  "it", "was", "for", "on", "with"};
    static const char consonants[] = "bdfgklmnprstvz", vowels[] = "aeiou";
    if (rank < 12) {
        buf_puts(out, stops[rank]);
        return;
    }
    for (rank -= 12; rank; rank /= 70) {
        buf_putc(out, consonants[rank % 70 / 5]);
        buf_putc(out, vowels[rank % 5]);
    }
    buf_putc(out, 'x');
}

static void put_words(uint64_t *state, unsigned count, struct buf *out)
{
    for (unsigned i = 0; i < count; i++) {
        double u = random32(state) / 4294967296.0;
        buf_puts(out, i == 0 ? "" : one_in(state, 12) ? ". " : " ");
        put_word((unsigned)exp(u * log(WORDS)) - 1, out);
    }
}

/* Few words, a paragraph of them, or more than a lead. */
static unsigned words_in(uint32_t kind, uint64_t *state)
{
    if (kind < 4)
        return 1 + kind;
    return kind < 37 ? 10 + kind : 120 + random32(state) % 600;
}

static void put_body(uint64_t *state, struct buf *out)
{
    uint32_t kind = random32(state) % 40;
    if (kind == 0)
        return;
    put_words(state, words_in(kind, state), out);
    for (int i = 0; kind == 39 && i < 300; i++)
        buf_puts(out, " often");
}

/* One of 40 days; unknown for every sixth. */
static void put_date(uint64_t *state, struct buf *out)
{
    uint32_t day = random32(state) % 48;
    if (day < 40)
        buf_printf(out, day % 7 ? ",\"date\":\"2019-%02u-%02u\"" : ",\"date\":\"2019-%02u\"",
                   1 + day / 28, 1 + day % 28);
}

/* Some of each field are missing, some values differ in case only. */
static void put_fields(unsigned number, struct buf *out)
{
    static const char *const authors[] = {"Ann Lee", "Bo Lee", "ANN RAY, Bo Lee", "", "Lee Ann"};
    static const char *const sources[] = {"The Post", "the post", "Posta", "", "Times", "Times"};
    static const char *const tags[] = {"sea, air", "air; land", "", "Sea", "seaside"};
    buf_printf(out, ",\"author\":\"%s\",\"source\":\"%s\",\"tags\":\"%s\"", authors[number % 5],
               sources[number / 7 % 6], tags[number / 3 % 5]);
    if (number % 4)
        buf_printf(out, ",\"url\":\"https://www.%s.example/news/%u/story-%u\"",
                   number % 4 == 1 ? "alpha" : "eu.beta", number % 10, number);
    buf_puts(out, "}\n");
}

const char *generated_id(unsigned number, char out[GENERATED_ID_BYTES])
{
    snprintf(out, GENERATED_ID_BYTES, "g%05u", number);
    return out;
}

void generated_article(unsigned number, unsigned version, struct buf *out)
{
    uint64_t rest = seed_of(number, version, REST);
    unsigned body_of = number, title_of = number;
    if (number >= 40 && one_in(&rest, 12)) {
        body_of = number - 1 - random32(&rest) % 40;
        title_of = one_in(&rest, 2) ? body_of : number;
    }
    uint64_t title = seed_of(title_of, version, TITLE), body = seed_of(body_of, version, BODY);
    char id[GENERATED_ID_BYTES];
    buf_printf(out, "{\"id\":\"%s\",\"title\":\"", generated_id(number, id));
    put_words(&title, 2 + title_of % 5, out);
    buf_puts(out, "\",\"body\":\"");
    put_body(&body, out);
    buf_puts(out, "\"");
    put_date(&rest, out);
    if (version > 1)
        buf_printf(out, ",\"updated\":\"2020-01-%02u\"", version);
    buf_printf(out, ",\"category\":\"c%u\"", number % 3);
    put_fields(number, out);
}

void generated_archive(const char *path, unsigned from, unsigned to, unsigned version)
{
    struct buf all = {0};
    for (unsigned i = from; i < to; i++)
        generated_article(i, version, &all);
    scratch_write(path, all.data, all.len);
    buf_free(&all);
}

/* ---- indexes ---- */

#define MOST_PARTS 11

void generated_index(const char *dir, const struct recipe *r)
{
    char *sources[MOST_PARTS], *files = scratch_new();
    const struct reading how = {.threads = r->threads, .memory = PLENTY};
    int parts = 0;
    for (; r->borders[parts + 1]; parts++) {
        char name[2] = {(char)('a' + parts), '\0'};
        sources[parts] = scratch_path(files, name);
        generated_archive(sources[parts], r->borders[parts], r->borders[parts + 1], 1);
    }
    for (int i = 0; i < parts; i += r->commits ? 1 : parts)
        index_add(dir, sources + i, r->commits ? 1 : parts, &how, NULL);
    if (r->threads == 1)
        assert_int_equal(index_segments(dir), parts);
    for (int i = 0; i < parts; i++)
        free(sources[i]);
    scratch_free(files);
}

static void delete_some(const char *dir, unsigned before)
{
    size_t count = 0, most = before / 11 + 1;
    char(*names)[GENERATED_ID_BYTES] = mem_alloc(most * sizeof *names);
    const char **ids = mem_alloc(most * sizeof *ids);
    for (unsigned i = 0; i < before; i += 11, count++)
        ids[count] = generated_id(i, names[count]);
    index_delete(dir, ids, count);
    free(names);
    free(ids);
}

void generated_change(const char *dir, unsigned from, unsigned to)
{
    const struct reading how = {.threads = 2, .memory = PLENTY};
    char *files = scratch_new(), *path = scratch_path(files, "update");
    delete_some(dir, from);
    generated_archive(path, from, to, 2);
    index_add(dir, &path, 1, &how, NULL);
    free(path);
    scratch_free(files);
}

void generated_in_oracle(struct oracle *o, unsigned from, unsigned to, unsigned version)
{
    char *files = scratch_new(), *path = scratch_path(files, "articles");
    generated_archive(path, from, to, version);
    assert_int_equal(oracle_put_archive(o, path), to - from);
    free(path);
    scratch_free(files);
}

void generated_change_oracle(struct oracle *o, unsigned from, unsigned to)
{
    char id[GENERATED_ID_BYTES];
    for (unsigned i = 0; i < from; i += 11)
        oracle_delete(o, generated_id(i, id));
    generated_in_oracle(o, from, to, 2);
}
