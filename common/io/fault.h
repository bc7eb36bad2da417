/*
 * fault.h - a file that shrinks or fails under its mapping.
 *
 * The kernel answers a read of such a page with SIGBUS. The handler looks the
 * address up among the watched mappings and ends the process with one line
 * that names the file and status 3; any other fault takes its usual course.
 *
 * In the page in which the file now ends, what was cut off reads as zeros, without a
 * signal. So the last bytes of each mapping are compared with what they were
 * before something that was read from it is used for good: fault_check.
 */
#ifndef IO_FAULT_H
#define IO_FAULT_H

#include <stddef.h>

/* Installs the handler; once, before threads. */
void fault_install(void);

/* Adds and removes a mapping; path must stay valid until it is removed.
 * Mappings beyond the table's 10,240 are not watched. Removing one checks it. */
void fault_watch(const void *map, size_t len, const char *path);
void fault_unwatch(const void *map);

/* Ends the process as the handler does when a watched file has become shorter. To be
 * called before an answer is printed and before a commit. */
void fault_check(void);

#endif
