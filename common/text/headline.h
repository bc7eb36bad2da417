/*
 * headline.h - what a headline says, apart from how it is sent out.
 */
#ifndef TEXT_HEADLINE_H
#define TEXT_HEADLINE_H

#include <stddef.h>
#include <stdint.h>

#define HEADLINE_LEAST_WORDS 3

/*
 * A hash of the headline's words: letters and digits, ASCII case ignored,
 * whatever stands between them. What a news agency puts in front is no part
 * of it: "UPDATE 2-", "RPT-", "CORRECTED:", several of them. 0 for a headline
 * of fewer than HEADLINE_LEAST_WORDS words: that may well be another story's.
 */
uint64_t headline_key(const char *title, size_t len);

#endif
