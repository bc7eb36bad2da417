/*
 * generated.h - made-up news: words as unevenly spread as in real text, from
 * fixed seeds.
 *
 * An article is a function of its number and version, from 1; a higher version
 * replaces a lower one, whatever their dates. Among them are what
 * tests of ranking need: articles with the same body, titles without a body,
 * a word that stands 300 times, long ones and very short ones, and few
 * different dates, some of them unknown, so that scores and dates tie.
 */
#ifndef TESTS_UNIT_GENERATED_H
#define TESTS_UNIT_GENERATED_H

#include <stdbool.h>

#include "common/base/buf.h"
#include "tests/unit/oracle.h"

#define GENERATED_ID_BYTES 16
const char *generated_id(unsigned number, char out[GENERATED_ID_BYTES]);

/* Adds the article as one line of JSON. */
void generated_article(unsigned number, unsigned version, struct buf *out);

/* Articles [from, to) as a new JSON lines file. */
void generated_archive(const char *path, unsigned from, unsigned to, unsigned version);

/* How an index comes about: articles [borders[i], borders[i + 1]) are ingested
 * together, a segment each thread; the last border is followed by 0. */
struct recipe {
    const char *name;
    unsigned borders[12];
    unsigned threads;
    bool commits; /* one for each part, not one for all */
};
void generated_index(const char *dir, const struct recipe *r);

/* The changes that tests make: deletes every 11th article below `from`, and
 * puts version 2 of [from, to) in. */
void generated_change(const char *dir, unsigned from, unsigned to);
/* Both in the oracle. */
void generated_in_oracle(struct oracle *o, unsigned from, unsigned to, unsigned version);
void generated_change_oracle(struct oracle *o, unsigned from, unsigned to);

#endif
