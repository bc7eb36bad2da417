/* headline.c - taking prefixes off, hashing what remains. */
#include "common/text/headline.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "common/base/buf.h"
#include "common/base/hash.h"

static const char *const prefixes[] = {"ADVISORY",  "CORRECTED", "CORRECTION", "CORRECTS",
                                       "EXCLUSIVE", "RECAST",    "REFILE",     "REPEAT",
                                       "RPT",       "UPDATE",    "WRAPUP"};

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || (c & 0x80);
}

/* The bytes of `word`, a number or none, and a hyphen or colon; or 0. */
static size_t prefix_length(const char *title, size_t len, const char *word)
{
    size_t at = strlen(word);
    if (len < at || strncasecmp(title, word, at) != 0)
        return 0;
    while (at < len && title[at] == ' ')
        at++;
    while (at < len && is_digit(title[at]))
        at++;
    while (at < len && title[at] == ' ')
        at++;
    return at < len && (title[at] == '-' || title[at] == ':') ? at + 1 : 0;
}

/* Where the headline starts behind blanks and prefixes. */
static size_t skip_prefixes(const char *title, size_t len)
{
    size_t at = 0;
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes;) {
        while (at < len && title[at] == ' ')
            at++;
        size_t n = prefix_length(title + at, len - at, prefixes[i]);
        at += n;
        i = n ? 0 : i + 1;
    }
    return at;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

uint64_t headline_key(const char *title, size_t len)
{
    struct buf words = {0};
    unsigned count = 0;
    bool inside = false;
    for (size_t i = skip_prefixes(title, len); i < len; i++) {
        bool word = is_word_byte(title[i]);
        count += word && !inside;
        if (word && !inside && words.len)
            buf_putc(&words, ' ');
        if (word)
            buf_putc(&words, (unsigned char)lower(title[i]));
        inside = word;
    }
    uint64_t key = count < HEADLINE_LEAST_WORDS ? 0 : hash64(words.data, words.len, 0) | 1;
    buf_free(&words);
    return key;
}
