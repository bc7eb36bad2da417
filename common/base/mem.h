/*
 * mem.h - allocation that cannot fail, and an arena for short-lived data.
 *
 * When memory runs out the process says so in one line and exits with
 * status 3; the index on disk stays at its last commit, which is what makes
 * that safe. Nothing here returns NULL.
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>
#include <stdint.h>

void *mem_alloc(size_t size);
void *mem_zalloc(size_t count, size_t size);
/* For what is read or written all over: at a multiple of 64, not cleared; a
 * large one lies in huge pages where the system has them. free() releases it. */
void *mem_table(size_t count, size_t size);
void *mem_realloc(void *p, size_t size);
void *mem_dup(const void *p, size_t size);
char *mem_strdup(const char *s);
char *mem_strndup(const char *s, size_t n); /* copies n bytes and terminates them */

/* For a program whose memory is bounded: from now on large blocks are mapped one by
 * one, so that they go back to the system when they are freed, and growing one moves
 * its pages. The C library's own bound rises with the blocks it sees. */
void mem_return_large_blocks(void);

/* Gives what has been freed back to the system, as far as the C library can. */
void mem_trim(void);

/* Says that memory ran out, and ends the process. */
_Noreturn void mem_exhausted(size_t wanted);

/* Makes *array (of elements of `size` bytes, *capacity of them) hold at least
 * `needed` elements; grows by half. The typed form is the macro. */
void *mem_enlarge(void *array, size_t *capacity, size_t needed, size_t size);
static inline void *mem_grow_bytes(void *array, size_t *capacity, size_t needed, size_t size)
{
    return needed <= *capacity ? array : mem_enlarge(array, capacity, needed, size);
}
#define mem_grow(array, capacity, needed)                                                          \
    ((array) = mem_grow_bytes((array), (capacity), (needed), sizeof *(array)))

/* An arena hands out memory that is released all at once. An all-zero struct
 * is an empty arena; arena_free leaves it empty again. */
struct arena_chunk;
struct arena {
    struct arena_chunk *chunks; /* newest first */
    size_t used;                /* bytes of the newest chunk handed out */
    size_t total;               /* bytes held by all chunks */
};

void *arena_alloc(struct arena *arena, size_t size); /* aligned to 16, not cleared */
void *arena_dup(struct arena *arena, const void *p, size_t size);
char *arena_strndup(struct arena *arena, const char *s, size_t n);
void arena_reset(struct arena *arena); /* forgets the contents, keeps one chunk */
void arena_free(struct arena *arena);

#endif
