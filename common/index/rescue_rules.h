/*
 * rescue_rules.h - by which rules a damaged index was made: language, text or no text.
 */
#ifndef INDEX_RESCUE_RULES_H
#define INDEX_RESCUE_RULES_H

#include "common/index/rescue_files.h"

struct rescue_rules {
    /* As a manifest of the index would have them that this program makes: its
     * segments can be taken as they are when they pass check with it. No
     * segments; for manifest_free. */
    struct manifest manifest;
    bool same; /* the index was analysed by the very rules */
};

/*
 * The language is the manifest's. Where that is lost, it is the one that is
 * wanted; else the one that a damaged manifest still tells, confirmed by the
 * fingerprint beside it; else the one by whose rules the articles have the
 * sketches that they have. BF_ERR_USAGE when none of that tells it, or when
 * the manifest tells another than is wanted (NULL: any).
 */
int rescue_find_rules(const struct rescue *r, const char *wanted, struct rescue_rules *out,
                      struct error *err);

#endif
