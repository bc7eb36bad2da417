/* stories.c - a word is its number in the story's own order of words. */
#include "tests/unit/stories.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/random.h"
#include "tests/unit/scratch.h"

#define STORY_WORDS 120

static uint64_t seed_of(unsigned story, unsigned part)
{
    uint64_t state = RANDOM_SEED ^ ((uint64_t)story << 20 | part);
    for (int i = 0; i < 4; i++)
        random32(&state);
    return state;
}

/* Several thousand words, none of them a stop word. */
static void put_word(uint64_t *state, struct buf *out)
{
    static const char consonants[] = "bdfgklmnprtvz", vowels[] = "aeiou";
    uint32_t rank = random32(state) % 4000;
    buf_puts(out, "q");
    for (; rank; rank /= 65) {
        buf_putc(out, vowels[rank % 5]);
        buf_putc(out, consonants[rank % 65 / 5]);
    }
    buf_puts(out, "ox");
}

static void put_words(uint64_t *state, unsigned count, struct buf *out)
{
    for (unsigned i = 0; i < count; i++) {
        buf_puts(out, i % 12 == 11 ? " the " : i ? " " : "");
        put_word(state, out);
    }
}

/* One word of `every` is another one; 0 for none. */
static void put_body(unsigned story, unsigned words, unsigned every, struct buf *out)
{
    uint64_t state = seed_of(story, 1), other = seed_of(story, 2);
    for (unsigned i = 0; i < words; i++) {
        struct buf word = {0};
        put_word(&state, &word);
        if (every && i % every == every - 1) {
            word.len = 0;
            put_word(&other, &word);
        }
        buf_puts(out, i % 30 == 29 ? "\\n" : i ? " " : "");
        buf_puts(out, buf_text(&word));
        buf_free(&word);
    }
}

static void put_version(unsigned story, unsigned version, struct buf *out)
{
    uint64_t anew = seed_of(story, 3);
    switch (version) {
    case 2:
        put_body(story, STORY_WORDS, 8 + story % 20, out);
        break;
    case 3:
        put_body(story, STORY_WORDS / (1 + story % 4), 0, out);
        break;
    case 4:
        put_body(story, STORY_WORDS / 3, 0, out);
        buf_puts(out, " ");
        put_words(&anew, STORY_WORDS, out);
        break;
    default:
        put_body(story, STORY_WORDS, 0, out);
        break;
    }
}

void story_version(unsigned story, unsigned version, struct buf *out)
{
    static const char *const prefixes[] = {"", "RPT-", "UPDATE 1-", "CORRECTED: ", "UPDATE 2-"};
    uint64_t headline = seed_of(story, 4);
    unsigned day = 1 + (story + version * (story % 3)) % 28;
    buf_printf(out, "{\"id\":\"%u-%u\",\"title\":\"%s", story, version, prefixes[version]);
    put_words(&headline, 2 + story % 4, out);
    buf_puts(out, "\",\"body\":\"");
    put_version(story, version, out);
    if (story % 7)
        buf_printf(out, "\",\"date\":\"2020-02-%02u", day);
    buf_puts(out, "\"}\n");
}

void stories_archive(const char *path, unsigned from, unsigned to)
{
    struct buf out = {0};
    for (unsigned story = from; story < to; story++)
        for (unsigned version = 0; version < STORY_VERSIONS; version++)
            story_version(story, version, &out);
    scratch_write(path, out.data, out.len);
    buf_free(&out);
}
