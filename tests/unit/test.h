/* test.h - what every unit test includes: cmocka needs these headers first. */
#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>

#include <cmocka.h>

/* Where the developers' collections are, or NULL: a test that wants them
 * says that it skips when they are absent. */
static inline const char *shared_dir(void)
{
    extern char *getenv(const char *);
    return getenv("BACKFILE_CORPORA");
}

#endif
