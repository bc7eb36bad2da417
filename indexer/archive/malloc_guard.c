/*
 * malloc_guard.c - malloc, calloc and realloc, with an eye on what they return.
 *
 * Defined in the program they stand before the C library's own, which do the
 * work. Sanitizers bring a malloc that ends the process by itself.
 */
#include "indexer/archive/malloc_guard.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"

static _Thread_local bool guarded;

bool malloc_guard(bool on)
{
    bool before = guarded;
    guarded = on;
    return before;
}

#ifndef __has_feature
#define __has_feature(x) 0
#endif
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) &&                             \
    !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer) &&                       \
    !__has_feature(memory_sanitizer)

typedef void *malloc_call(size_t size);
typedef void *calloc_call(size_t count, size_t size);
typedef void *realloc_call(void *p, size_t size);

/* The C library's own names, for what dlsym may want itself. */
malloc_call __libc_malloc;
calloc_call __libc_calloc;
realloc_call __libc_realloc;

static struct {
    malloc_call *malloc;
    calloc_call *calloc;
    realloc_call *realloc;
} next = {__libc_malloc, __libc_calloc, __libc_realloc};

/* Of what is loaded behind the program, the first: a library of LD_PRELOAD, or C's. */
static __attribute__((constructor)) void find_next(void)
{
    static const char *const names[] = {"malloc", "calloc", "realloc"};
    void *found[3];
    _Static_assert(sizeof found == sizeof next, "three pointers");
    for (int i = 0; i < 3; i++)
        if (!(found[i] = dlsym(RTLD_NEXT, names[i])))
            return;
    memcpy(&next, found, sizeof next);
}

void *malloc(size_t size)
{
    void *p = next.malloc(size);
    if (!p && guarded)
        mem_exhausted(size);
    return p;
}

void *calloc(size_t count, size_t size)
{
    void *p = next.calloc(count, size);
    if (!p && guarded)
        mem_exhausted(size);
    return p;
}

void *realloc(void *p, size_t size)
{
    void *q = next.realloc(p, size);
    if (!q && size && guarded)
        mem_exhausted(size);
    return q;
}

#endif
