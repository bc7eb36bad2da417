/*
 * merge_choice.h - which segments to merge.
 *
 * Each function sets chosen[i] for every segment and returns how many it has
 * chosen: 0 when there is nothing to gain. A merged segment may have
 * MAX_SEGMENT_TOKENS; the smallest are taken first, so that small ones find
 * each other whatever stands between them. All files of a merge are mapped at
 * the same time, so it is of MERGE_MOST segments at most: after one of so many, choose again.
 */
#ifndef INDEXER_MERGE_CHOICE_H
#define INDEXER_MERGE_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/index/manifest.h"

#define MERGE_MOST 512u

/* So that their number stays small while no article is rewritten often: sizes
 * fall in levels, each eight times the one below; eight segments of one level
 * are merged, and so is one of which half is deleted. */
uint32_t merge_choose(const struct segment_entry *segments, uint32_t count, bool *chosen);

/* As many as one segment can hold; where that is but one, one that has
 * deletions. */
uint32_t merge_choose_all(const struct segment_entry *segments, uint32_t count, bool *chosen);

#endif
