/*
 * breaker.h - the words of Thai, Lao, Khmer and Burmese, which only a
 * dictionary tells apart; breaker.c is the only file that knows ICU.
 *
 * ICU is loaded when the first such letter is met: having it linked costs
 * every query a millisecond. A breaker is for one thread.
 */
#ifndef TEXT_BREAKER_H
#define TEXT_BREAKER_H

#include <stddef.h>
#include <stdint.h>

struct breaker;

struct breaker *breaker_new(void);
void breaker_free(struct breaker *b); /* NULL is fine */

/* What decides where words end, for the index: "icu 72"; "rules" in a build
 * without ICU. */
const char *breaker_name(void);

/*
 * Where the words of a run of such letters end, in bytes from its start; the
 * last is len. *ends stays valid until the next call. Returns how many, or 0
 * where there is no dictionary. In a build with ICU a library that is not
 * there ends the process with a clear line: other words would not be found.
 */
size_t breaker_run(struct breaker *b, const char *run, size_t len, const uint32_t **ends);

#endif
