/* breaker.c - the door to ICU's break iterators, opened when it is needed. */
#include "common/text/breaker.h"

#include <stdlib.h>

#include "common/base/mem.h"

#ifdef HAVE_ICU

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>

#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "common/base/exit_status.h"

/* A run is looked at in pieces of this size: no word is nearly as long. */
#define PIECE_BYTES ((size_t)1 << 16)

#define TEXT_OF_(x) #x
#define TEXT_OF(x)  TEXT_OF_(x)
/* ICU's headers are macros that put the version into the functions' names. */
#define ICU_NAME(function) TEXT_OF(function)
#define ICU_LIBRARY        "libicuuc.so." TEXT_OF(U_ICU_VERSION_MAJOR_NUM)

struct breaker {
    void *library; /* NULL until the first run */
    UBreakIterator *iterator;
    UText *text;
    UBreakIterator *(*open)(UBreakIteratorType, const char *, const UChar *, int32_t, UErrorCode *);
    void (*close)(UBreakIterator *);
    void (*set_text)(UBreakIterator *, UText *, UErrorCode *);
    int32_t (*next)(UBreakIterator *);
    UText *(*open_text)(UText *, const char *, int64_t, UErrorCode *);
    UText *(*close_text)(UText *);
    uint32_t *ends;
    size_t capacity;
};

struct breaker *breaker_new(void)
{
    return mem_zalloc(1, sizeof(struct breaker));
}

const char *breaker_name(void)
{
    return "icu " TEXT_OF(U_ICU_VERSION_MAJOR_NUM);
}

static void give_up(const char *reason)
{
    fprintf(stderr, "words of Thai, Lao, Khmer and Burmese need " ICU_LIBRARY ": %s\n", reason);
    exit(EXIT_INDEX);
}

/* Assigned through a pointer to void *, as POSIX has it for dlsym. */
static void find(struct breaker *b, const char *name, void *function)
{
    *(void **)function = dlsym(b->library, name);
    if (!*(void **)function)
        give_up(dlerror());
}

static void load(struct breaker *b)
{
    UErrorCode status = U_ZERO_ERROR;
    b->library = dlopen(ICU_LIBRARY, RTLD_NOW);
    if (!b->library)
        give_up(dlerror());
    find(b, ICU_NAME(ubrk_open), &b->open);
    find(b, ICU_NAME(ubrk_close), &b->close);
    find(b, ICU_NAME(ubrk_setUText), &b->set_text);
    find(b, ICU_NAME(ubrk_next), &b->next);
    find(b, ICU_NAME(utext_openUTF8), &b->open_text);
    find(b, ICU_NAME(utext_close), &b->close_text);
    b->iterator = b->open(UBRK_WORD, "th", NULL, 0, &status); /* one dictionary a script */
    if (U_FAILURE(status))
        give_up("it has no break iterator");
}

void breaker_free(struct breaker *b)
{
    if (!b)
        return;
    if (b->library) {
        b->close(b->iterator);
        b->close_text(b->text);
        dlclose(b->library);
    }
    free(b->ends);
    free(b);
}

/* Adds the ends in a piece of the run that starts `base` bytes into it. */
static size_t break_piece(struct breaker *b, const char *piece, size_t len, uint32_t base,
                          size_t count)
{
    UErrorCode status = U_ZERO_ERROR;
    b->text = b->open_text(b->text, piece, (int64_t)len, &status);
    if (!U_FAILURE(status))
        b->set_text(b->iterator, b->text, &status);
    if (U_FAILURE(status))
        give_up("it cannot read the text");
    for (int32_t end; (end = b->next(b->iterator)) != UBRK_DONE; count++) {
        mem_grow(b->ends, &b->capacity, count + 1);
        b->ends[count] = base + (uint32_t)end;
    }
    return count;
}

/* The size of the next piece: whole characters. */
static size_t piece_length(const char *run, size_t len)
{
    if (len <= PIECE_BYTES)
        return len;
    size_t n = PIECE_BYTES;
    while (n > 0 && ((unsigned char)run[n] & 0xC0) == 0x80)
        n--;
    return n;
}

size_t breaker_run(struct breaker *b, const char *run, size_t len, const uint32_t **ends)
{
    size_t count = 0;
    if (!b->library)
        load(b);
    for (size_t at = 0, n; at < len; at += n) {
        n = piece_length(run + at, len - at);
        count = break_piece(b, run + at, n, (uint32_t)at, count);
    }
    *ends = b->ends;
    return count;
}

#else

struct breaker *breaker_new(void)
{
    return NULL;
}

void breaker_free(struct breaker *b)
{
    (void)b;
}

const char *breaker_name(void)
{
    return "rules";
}

size_t breaker_run(struct breaker *b, const char *run, size_t len, const uint32_t **ends)
{
    (void)b, (void)run, (void)len;
    *ends = NULL;
    return 0;
}

#endif
