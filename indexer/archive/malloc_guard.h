/*
 * malloc_guard.h - libraries that do not bear it when malloc returns NULL.
 *
 * json-c takes NULL for the name of a member, and leaves out of a text what
 * did not fit; others then do not know a format or an encoding, which would
 * pass for a record that is bad. Here running out of memory ends the process,
 * as it does everywhere else (common/base/mem.h).
 */
#ifndef ARCHIVE_MALLOC_GUARD_H
#define ARCHIVE_MALLOC_GUARD_H

#include <stdbool.h>

/* While it is on, a malloc of this thread that fails ends the process, in
 * whichever library. Returns what it was, to be set again. */
bool malloc_guard(bool on);

#endif
