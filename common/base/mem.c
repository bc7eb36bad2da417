/* mem.c - allocation that ends the process when memory runs out, and arenas. */
#include "common/base/mem.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ARENA_CHUNK_BYTES ((size_t)64 * 1024)
#define ARENA_ALIGN       16
#define CACHE_LINE        ((size_t)64)
#define LARGE_BLOCK       (512 * 1024)
#define HUGE_PAGE         ((size_t)2 * 1024 * 1024)

struct arena_chunk {
    struct arena_chunk *next;
    size_t size; /* of data */
    _Alignas(ARENA_ALIGN) char data[];
};

_Noreturn void mem_exhausted(size_t size)
{
    fprintf(stderr,
            "backfile: out of memory (%zu bytes wanted); "
            "the index is as its last commit left it\n",
            size);
    _Exit(3);
}

void *mem_alloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p)
        mem_exhausted(size);
    return p;
}

void *mem_zalloc(size_t count, size_t size)
{
    void *p = calloc(count ? count : 1, size ? size : 1);
    if (!p)
        mem_exhausted(count * size);
    return p;
}

void *mem_table(size_t count, size_t size)
{
    size_t bytes, align = CACHE_LINE;
    if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - HUGE_PAGE)
        mem_exhausted(SIZE_MAX);
    if (bytes >= HUGE_PAGE)
        align = HUGE_PAGE;
    bytes = (bytes + align - (bytes != 0)) / align * align;
    void *p = aligned_alloc(align, bytes);
    if (!p)
        mem_exhausted(bytes);
    if (align == HUGE_PAGE)
        madvise(p, bytes, MADV_HUGEPAGE); /* a wish */
    return p;
}

void mem_return_large_blocks(void)
{
#ifdef __GLIBC__
    mallopt(M_MMAP_THRESHOLD, LARGE_BLOCK);
#endif
}

void mem_trim(void)
{
#ifdef __GLIBC__
    malloc_trim(0);
#endif
}

void *mem_realloc(void *p, size_t size)
{
    void *q = realloc(p, size ? size : 1);
    if (!q)
        mem_exhausted(size);
    return q;
}

void *mem_dup(const void *p, size_t size)
{
    void *copy = mem_alloc(size);
    if (size)
        memcpy(copy, p, size);
    return copy;
}

char *mem_strndup(const char *s, size_t n)
{
    char *copy = mem_alloc(n + 1);
    if (n)
        memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

char *mem_strdup(const char *s)
{
    return mem_strndup(s, strlen(s));
}

void *mem_enlarge(void *array, size_t *capacity, size_t needed, size_t size)
{
    size_t wanted = *capacity + *capacity / 2;
    if (wanted < needed)
        wanted = needed;
    if (wanted < 16)
        wanted = 16;
    size_t bytes;
    if (__builtin_mul_overflow(wanted, size, &bytes))
        mem_exhausted(SIZE_MAX);
    *capacity = wanted;
    return mem_realloc(array, bytes);
}

static void arena_add_chunk(struct arena *arena, size_t size)
{
    if (size < ARENA_CHUNK_BYTES)
        size = ARENA_CHUNK_BYTES;
    struct arena_chunk *chunk = mem_alloc(sizeof *chunk + size);
    chunk->next = arena->chunks;
    chunk->size = size;
    arena->chunks = chunk;
    arena->used = 0;
    arena->total += size;
}

void *arena_alloc(struct arena *arena, size_t size)
{
    size = (size + ARENA_ALIGN - 1) & ~(size_t)(ARENA_ALIGN - 1);
    if (!arena->chunks || size > arena->chunks->size - arena->used)
        arena_add_chunk(arena, size);
    void *p = arena->chunks->data + arena->used;
    arena->used += size;
    return p;
}

void *arena_dup(struct arena *arena, const void *p, size_t size)
{
    void *copy = arena_alloc(arena, size);
    if (size)
        memcpy(copy, p, size);
    return copy;
}

char *arena_strndup(struct arena *arena, const char *s, size_t n)
{
    char *copy = arena_alloc(arena, n + 1);
    if (n)
        memcpy(copy, s, n);
    copy[n] = '\0';
    return copy;
}

static void free_chunks(struct arena *arena, struct arena_chunk *chunk)
{
    while (chunk) {
        struct arena_chunk *next = chunk->next;
        arena->total -= chunk->size;
        free(chunk);
        chunk = next;
    }
}

void arena_reset(struct arena *arena)
{
    if (!arena->chunks)
        return;
    free_chunks(arena, arena->chunks->next);
    arena->chunks->next = NULL;
    arena->used = 0;
}

void arena_free(struct arena *arena)
{
    free_chunks(arena, arena->chunks);
    *arena = (struct arena){0};
}
