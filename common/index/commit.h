/*
 * commit.h - making a new manifest the index.
 *
 * The order is what makes it safe against crashes and power cuts:
 *   1  every new file was synced when it was closed (frame_writer_finish)
 *   2  the directory is synced: the new names are durable
 *   3  manifest.tmp is written and synced
 *   4  it is renamed to manifest: the commit
 *   5  the directory is synced again; only now is it reported
 *   6  files that the new manifest does not name are removed
 * A crash before 4 leaves the old index, after it the new one; files that no
 * manifest names are removed by the next writer.
 */
#ifndef INDEX_COMMIT_H
#define INDEX_COMMIT_H

#include <stdbool.h>

#include "common/index/manifest.h"

/* Makes the directory of an index durable; one that is there is fine. */
int commit_make_directory(const char *dir, struct error *err);

/* Makes an empty index of generation 0 in a directory without a manifest, and
 * that directory's name durable. The caller holds the lock. */
int commit_create(const char *dir, const char *language, const char *fingerprint, bool without_text,
                  struct error *err);

/* Raises m->generation by one and makes *m the index. The caller holds the
 * lock. When it fails m->generation is as it was; when step 5 does, nobody
 * knows the outcome, and the error says so. */
int commit_manifest(const char *dir, struct manifest *m, struct error *err);

/* Removes files of our own naming that the manifest does not name. */
void commit_remove_strays(const char *dir, const struct manifest *m);

#endif
