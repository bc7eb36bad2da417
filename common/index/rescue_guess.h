/*
 * rescue_guess.h - dates and categories that the columns do not give any more,
 * but the content hash confirms.
 */
#ifndef INDEX_RESCUE_GUESS_H
#define INDEX_RESCUE_GUESS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/mem.h"
#include "common/index/columns.h"
#include "common/text/article.h"

/*
 * Gives the article another date, or another category of the segment, with
 * which its content hash is the one that the columns have: the date may also
 * stand as that of the last change, and there are ten precisions. False, with
 * the article as it was, when there is none.
 */
bool rescue_guess(const struct columns *c, uint32_t doc, uint64_t body_hash, struct arena *arena,
                  struct article *a);

#endif
