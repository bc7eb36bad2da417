/*
 * stories.h - made-up stories in several versions, from a fixed seed: what the
 * tests of copies are about.
 *
 * Story n has the ids "n-0", "n-1", ...: as it was, word for word again,
 * corrected here and there, cut to its beginning, and written anew under the
 * same headline. Some of it is days later, some has no date.
 */
#ifndef TESTS_UNIT_STORIES_H
#define TESTS_UNIT_STORIES_H

#include "common/base/buf.h"

#define STORY_VERSIONS 5

/* Adds a version of a story as one line of JSON. */
void story_version(unsigned story, unsigned version, struct buf *out);

/* All versions of the stories [from, to) as a new JSON lines file. */
void stories_archive(const char *path, unsigned from, unsigned to);

#endif
