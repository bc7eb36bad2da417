/* values_write.c - a table of distinct values; lists by counting, as an index is inverted. */
#include "common/index/values_write.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/index/dictionary.h"
#include "common/index/limits.h"
#include "common/text/utf8.h"
#include "common/text/vocabulary.h"

void values_writer_init(struct values_writer *w)
{
    *w = (struct values_writer){.known = vocabulary_new()};
}

void values_writer_free(struct values_writer *w)
{
    vocabulary_free(w->known);
    free(w->entries);
    *w = (struct values_writer){0};
}

size_t values_writer_bytes(const struct values_writer *w)
{
    return vocabulary_bytes(w->known) + w->capacity * sizeof *w->entries;
}

/* ---- the values of an article ---- */

void values_writer_add(struct values_writer *w, uint32_t doc, enum value_field field,
                       const char *value, size_t len)
{
    char key[1 + MAX_VALUE_LENGTH];
    len = utf8_cut(value, len, MAX_VALUE_LENGTH);
    if (!len)
        return;
    key[0] = (char)field;
    memcpy(key + 1, value, len);
    mem_grow(w->entries, &w->capacity, w->count + 1);
    w->entries[w->count++] = (struct value_entry){vocabulary_add(w->known, key, len + 1), doc};
}

static void add_tags(struct values_writer *w, uint32_t doc, const char *tags)
{
    while (*tags) {
        size_t len = strcspn(tags, ",;"), blank = strspn(tags, " ");
        const char *next = tags + len + (tags[len] != '\0');
        blank = blank < len ? blank : len;
        while (len > blank && tags[len - 1] == ' ')
            len--;
        values_writer_add(w, doc, VALUE_TAG, tags + blank, len - blank);
        tags = next;
    }
}

/* "https://user@www.Example.com:80/a" is of example.com. */
static void add_host(struct values_writer *w, uint32_t doc, const char *url)
{
    char host[MAX_VALUE_LENGTH];
    const char *start = strstr(url, "//");
    if (!start)
        return;
    start += 2;
    size_t len = strcspn(start, "/?#");
    const char *at = memchr(start, '@', len);
    if (at) {
        len -= (size_t)(at + 1 - start);
        start = at + 1;
    }
    const char *port = memchr(start, ':', len);
    len = port ? (size_t)(port - start) : len;
    len = len < sizeof host ? len : sizeof host;
    for (size_t i = 0; i < len; i++)
        host[i] = start[i] >= 'A' && start[i] <= 'Z' ? (char)(start[i] | 0x20) : start[i];
    size_t www = len > 4 && !memcmp(host, "www.", 4) ? 4 : 0;
    values_writer_add(w, doc, VALUE_HOST, host + www, len - www);
}

void values_writer_add_article(struct values_writer *w, uint32_t doc, const struct article *a)
{
    values_writer_add(w, doc, VALUE_AUTHOR, a->author, strlen(a->author));
    add_host(w, doc, a->url);
    values_writer_add(w, doc, VALUE_LANGUAGE, a->language, strlen(a->language));
    values_writer_add(w, doc, VALUE_SOURCE, a->source, strlen(a->source));
    add_tags(w, doc, a->tags);
}

/* ---- the section ---- */

static int compare_keys(const void *a, const void *b, void *vocabulary)
{
    size_t a_len, b_len;
    const char *x = vocabulary_term(vocabulary, *(const uint32_t *)a, &a_len);
    const char *y = vocabulary_term(vocabulary, *(const uint32_t *)b, &b_len);
    return term_compare(x, a_len, y, b_len);
}

/* Articles by value: those of value i are docs[ends[i - 1]] .. docs[ends[i] - 1]. */
static void invert(const struct values_writer *w, uint32_t *docs, size_t *ends)
{
    uint32_t count = vocabulary_count(w->known);
    size_t *slots = mem_zalloc((size_t)count + 1, sizeof *slots);
    for (size_t i = 0; i < w->count; i++)
        slots[w->entries[i].value + 1]++;
    for (uint32_t v = 0; v < count; v++) {
        slots[v + 1] += slots[v];
        ends[v] = slots[v + 1];
    }
    for (size_t i = 0; i < w->count; i++)
        docs[slots[w->entries[i].value]++] = w->entries[i].doc;
    free(slots);
}

static void put_list(const uint32_t *docs, size_t count, struct buf *out)
{
    uint32_t next = 0;
    for (size_t i = 0; i < count;) {
        uint32_t first = docs[i], end = first + 1;
        for (i++; i < count && docs[i] <= end; i++)
            end = docs[i] + 1;
        bool several = end - first > 1;
        buf_varint(out, (uint64_t)(first - next) * 2 + several);
        if (several)
            buf_varint(out, end - first - 2);
        next = end;
    }
}

static size_t shared_bytes(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t n = 0;
    while (n < a_len && n < b_len && a[n] == b[n])
        n++;
    return n;
}

/* A key is the field's letter and the value; the one before it shares bytes
 * only where the letter is the same. */
static void put_key(const char *before, size_t before_len, const char *key, size_t len,
                    struct buf *out)
{
    size_t shared = shared_bytes(before, before_len, key, len);
    shared -= shared > 0;
    buf_putc(out, key[0]);
    buf_varint(out, shared);
    buf_varint(out, len - 1 - shared);
    buf_add(out, key + 1 + shared, len - 1 - shared);
}

void values_writer_encode(const struct values_writer *w, struct buf *out)
{
    uint32_t count = vocabulary_count(w->known);
    uint32_t *order = mem_alloc(count * sizeof *order);
    uint32_t *docs = mem_alloc(w->count * sizeof *docs);
    size_t *ends = mem_alloc(count * sizeof *ends), before_len = 0;
    struct buf list = {0};
    const char *before = "";
    for (uint32_t i = 0; i < count; i++)
        order[i] = i;
    qsort_r(order, count, sizeof *order, compare_keys, w->known);
    invert(w, docs, ends);
    for (uint32_t i = 0; i < count; i++) {
        size_t len, from = order[i] ? ends[order[i] - 1] : 0;
        const char *key = vocabulary_term(w->known, order[i], &len);
        list.len = 0;
        put_list(docs + from, ends[order[i]] - from, &list);
        put_key(before, before_len, key, len, out);
        buf_varint(out, list.len);
        buf_add(out, list.data, list.len);
        before = key;
        before_len = len;
    }
    buf_free(&list);
    free(order);
    free(docs);
    free(ends);
}
