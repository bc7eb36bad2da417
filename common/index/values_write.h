/* values_write.h - collecting the values of a segment's articles, and section 16 of its columns. */
#ifndef INDEX_VALUES_WRITE_H
#define INDEX_VALUES_WRITE_H

#include "common/base/buf.h"
#include "common/index/values.h"
#include "common/text/article.h"

/* A value of an article, in the order of the articles. */
struct value_entry {
    uint32_t value; /* number in the vocabulary */
    uint32_t doc;
};

struct values_writer {
    struct vocabulary *known; /* field letter and value */
    struct value_entry *entries;
    size_t count, capacity;
};

void values_writer_init(struct values_writer *w);
void values_writer_free(struct values_writer *w); /* accepts a zeroed struct */
size_t values_writer_bytes(const struct values_writer *w);

/* One value of an article, cut where it is too long; "" is none. The
 * articles of any one value have to come in order. */
void values_writer_add(struct values_writer *w, uint32_t doc, enum value_field field,
                       const char *value, size_t len);

/* All values of an article. */
void values_writer_add_article(struct values_writer *w, uint32_t doc, const struct article *a);

/* The section; values that came twice for an article stand once. */
void values_writer_encode(const struct values_writer *w, struct buf *out);

#endif
