/* field_map.c - the table of names and its hashed form; a name is in it once. */
#include "indexer/archive/field_map.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/hash.h"
#include "common/base/mem.h"

#define SLOTS               1024 /* a power of two, well above the names there can be */
#define MAX_NAMES           512
#define FIRST_BUILT_IN_RANK 1000 /* every name that a user adds ranks before it */

struct name {
    char text[FIELD_NAME_BYTES];
    uint8_t len; /* 0: the slot is free */
    uint8_t field;
    uint16_t rank;
};

struct field_map {
    struct name slots[SLOTS];
    unsigned names;
    unsigned added; /* by the user */
};

static const char *const field_names[FIELDS] = {
    [FIELD_ID] = "id",
    [FIELD_TITLE] = "title",
    [FIELD_BODY] = "body",
    [FIELD_BODY_HTML] = "body_html",
    [FIELD_DATE] = "date",
    [FIELD_CREATED] = "created",
    [FIELD_UPDATED] = "updated",
    [FIELD_LAST_READ] = "last_read",
    [FIELD_URL] = "url",
    [FIELD_CATEGORY] = "category",
    [FIELD_SOURCE] = "source",
    [FIELD_TAGS] = "tags",
    [FIELD_AUTHOR] = "author",
    [FIELD_LANGUAGE] = "language",
    [FIELD_SUMMARY] = "summary",
    [FIELD_SIMILAR] = "similar",
    [FIELD_WORD_COUNT] = "word_count",
    [FIELD_READ_COUNT] = "read_count",
    [FIELD_STATUS] = "pubstatus",
};

/* First match wins. Names that are compared as one stand here once. */
static const char *const built_in[FIELDS] = {
    [FIELD_ID] = "id uuid guid uri article_id doc_id docno post_id",
    [FIELD_TITLE] = "title headline head hl1 name webTitle",
    [FIELD_BODY] =
        "body text content maintext articleBody body_text content_text article full_text story "
        "contents",
    [FIELD_BODY_HTML] = "body_html body_xhtml content_html html article_html text_html story_html",
    [FIELD_DATE] = "date published published_at date_publish publish_date published_date "
                   "datePublished pubDate versioncreated firstcreated contentcreated "
                   "webPublicationDate timestamp",
    [FIELD_CREATED] = "created created_at date_created",
    [FIELD_UPDATED] = "updated updated_at modified dateModified",
    [FIELD_LAST_READ] = "last_read",
    [FIELD_URL] = "url link canonical_url article_url webUrl href permalink external_url",
    [FIELD_CATEGORY] = "category category_id section sectionName articleSection topic desk",
    [FIELD_SOURCE] = "source domain feed infosources",
    [FIELD_TAGS] = "tags keywords labels subject subjects",
    [FIELD_AUTHOR] = "author authors byline by creator",
    [FIELD_LANGUAGE] = "language lang inLanguage",
    [FIELD_SUMMARY] = "summary description abstract excerpt dek standfirst description_text "
                      "description_caption",
    [FIELD_SIMILAR] = "similar similar_readings similar_titles",
    [FIELD_WORD_COUNT] = "word_count words",
    [FIELD_READ_COUNT] = "read_count",
    [FIELD_STATUS] = "pubstatus",
};

/* The name as it is compared; 0 when it is empty or too long to match. */
static size_t fold_name(const char *name, size_t len, char out[FIELD_NAME_BYTES])
{
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        char c = name[i];
        if (c == '_' || c == '-' || c == ' ')
            continue;
        if (n == FIELD_NAME_BYTES)
            return 0;
        out[n++] = c >= 'A' && c <= 'Z' ? (char)(c + 'a' - 'A') : c;
    }
    return n;
}

/* The slot that holds the name, or the free one where it belongs. */
static size_t find_slot(const struct field_map *map, const char *name, size_t len)
{
    size_t i = hash64(name, len, 0) & (SLOTS - 1);
    while (map->slots[i].len &&
           (map->slots[i].len != len || memcmp(map->slots[i].text, name, len) != 0))
        i = (i + 1) & (SLOTS - 1);
    return i;
}

/* False when the table is full. */
static bool put(struct field_map *map, const char *name, size_t len, enum field field,
                unsigned rank)
{
    struct name *slot = &map->slots[find_slot(map, name, len)];
    if (!slot->len && map->names == MAX_NAMES)
        return false;
    map->names += !slot->len;
    memcpy(slot->text, name, len);
    slot->len = (uint8_t)len;
    slot->field = (uint8_t)field;
    slot->rank = (uint16_t)rank;
    return true;
}

static void put_built_in(struct field_map *map, enum field field)
{
    char folded[FIELD_NAME_BYTES];
    unsigned rank = FIRST_BUILT_IN_RANK;
    for (const char *p = built_in[field]; p && *p; p += strspn(p, " ")) {
        size_t len = strcspn(p, " ");
        put(map, folded, fold_name(p, len, folded), field, rank++);
        p += len;
    }
}

struct field_map *field_map_new(void)
{
    struct field_map *map = mem_zalloc(1, sizeof *map);
    for (enum field f = FIELD_NONE + 1; f < FIELDS; f++)
        put_built_in(map, f);
    return map;
}

void field_map_free(struct field_map *map)
{
    free(map);
}

static enum field field_called(const char *name, size_t len)
{
    char wanted[FIELD_NAME_BYTES], folded[FIELD_NAME_BYTES];
    size_t n = fold_name(name, len, wanted);
    for (enum field f = FIELD_NONE + 1; n && f < FIELDS; f++)
        if (fold_name(field_names[f], strlen(field_names[f]), folded) == n &&
            memcmp(folded, wanted, n) == 0)
            return f;
    return FIELD_NONE;
}

static int no_such_field(const char *text, size_t len, struct error *err)
{
    struct buf known = {0};
    for (enum field f = FIELD_NONE + 1; f < FIELDS; f++)
        buf_printf(&known, " %s", field_names[f]);
    int rc = error_set(err, BF_ERR_USAGE, "there is no field \"%.*s\"; the fields are:%s",
                       len < 64 ? (int)len : 64, text, buf_text(&known));
    buf_free(&known);
    return rc;
}

int field_map_add(struct field_map *map, const char *text, struct error *err)
{
    char folded[FIELD_NAME_BYTES];
    const char *equals = strchr(text, '=');
    if (!equals)
        return error_set(err, BF_ERR_USAGE, "\"%s\" is not FIELD=NAME", text);
    enum field field = field_called(text, (size_t)(equals - text));
    if (field == FIELD_NONE)
        return no_such_field(text, (size_t)(equals - text), err);
    size_t len = fold_name(equals + 1, strlen(equals + 1), folded);
    if (!len)
        return error_set(err, BF_ERR_USAGE, "\"%s\": the name must have 1 to %d characters", text,
                         FIELD_NAME_BYTES);
    if (map->added == FIRST_BUILT_IN_RANK || !put(map, folded, len, field, map->added))
        return error_set(err, BF_ERR_LIMIT, "\"%s\": too many names", text);
    map->added++;
    return BF_OK;
}

enum field field_map_find(const struct field_map *map, const char *key, size_t len, unsigned *rank)
{
    char folded[FIELD_NAME_BYTES];
    size_t n = fold_name(key, len, folded);
    if (!n)
        return FIELD_NONE;
    const struct name *slot = &map->slots[find_slot(map, folded, n)];
    *rank = slot->rank;
    return (enum field)slot->field;
}

const char *field_name(enum field field)
{
    return field_names[field];
}
