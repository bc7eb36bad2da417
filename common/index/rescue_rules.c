/* rescue_rules.c - what the manifest says, or what the articles betray. */
#include "common/index/rescue_rules.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/bytes.h"
#include "common/index/check_parts.h"
#include "common/index/record.h"
#include "common/index/rescue_article.h"
#include "common/io/file.h"
#include "common/text/stem.h"

#define SAMPLE 50 /* articles by which a language is told */

/* ---- a damaged manifest ---- */

static char *take_string(struct bytes *in)
{
    size_t n;
    const unsigned char *p;
    if (!take_counted(in, &p, &n) || memchr(p, '\0', n))
        return NULL;
    return mem_strndup((const char *)p, n);
}

/* The language, where the fingerprint behind it is that of this language. */
static const char *confirmed_language(struct bytes *in)
{
    const char *found = NULL;
    char *language = take_string(in), *fingerprint = language ? take_string(in) : NULL;
    struct analyzer *analyzer = fingerprint ? analyzer_new(language, NULL, NULL) : NULL;
    if (analyzer && !strcmp(analyzer_fingerprint(analyzer), fingerprint))
        found = stem_language(language);
    analyzer_free(analyzer);
    free(language);
    free(fingerprint);
    return found;
}

static const char *language_of_damaged_manifest(const struct rescue *r)
{
    struct rescued_frame frame;
    char *path = file_join(r->dir, MANIFEST_NAME);
    const char *found = NULL;
    if (!frame_rescue(&frame, path, FRAME_KIND('M', 'A', 'N', 'I'), 1, NULL)) {
        struct bytes in = bytes_of(frame.frame.map, frame.frame.len);
        const unsigned char *before;
        if (take_bytes(&in, FRAME_HEADER + 2 * 8, &before)) /* generation, next segment */
            found = confirmed_language(&in);
        frame_rescue_close(&frame);
    }
    free(path);
    return found;
}

/* ---- the articles ---- */

/* How many of the segment's first articles have the sketch that these rules make. */
static unsigned count_alike(const struct rescue_segment *s, const struct manifest *rules)
{
    const struct rescue_file *sketches = s->files[FILE_SKETCHES];
    struct segment_rescue walk;
    struct sketch_check check;
    struct arena arena = {0};
    struct rescued_article a;
    unsigned alike = 0;
    if (!sketches || !sketches->frame.whole)
        return 0;
    const struct segment only_sketches = {.sketches = sketches->frame.frame};
    int rc = sketch_check_init(&check, rules, &only_sketches, NULL, NULL);
    segment_rescue_open(&walk, s, false);
    walk.with_deleted = true; /* they have sketches as well */
    for (unsigned i = 0; i < SAMPLE && !rc; i++) {
        arena_reset(&arena);
        rc = segment_rescue_next(&walk, &arena, &a);
        if (!rc)
            alike +=
                !sketch_check_article(&check, a.doc, &a.article, NULL) && a.fate == RESCUE_WHOLE;
    }
    segment_rescue_close(&walk);
    sketch_check_free(&check);
    arena_free(&arena);
    return alike;
}

static const char *language_of_articles(const struct rescue *r)
{
    const char *best = NULL, *language;
    unsigned most = 0;
    for (size_t i = 0; (language = stem_language_at(i)); i++) {
        struct analyzer *analyzer = analyzer_new(language, NULL, NULL);
        unsigned alike = 0;
        if (!analyzer)
            continue;
        const struct manifest rules = {.language = mem_strdup(language),
                                       .fingerprint = mem_strdup(analyzer_fingerprint(analyzer))};
        for (size_t k = 0; k < r->segment_count && !alike; k++)
            alike = count_alike(&r->segments[k], &rules);
        free(rules.language);
        free(rules.fingerprint);
        analyzer_free(analyzer);
        if (alike > most) {
            most = alike;
            best = language;
        }
    }
    return best;
}

/* Whether an article is right when its record is read as one of an index with,
 * or without, text, and would not be when read the other way. */
static bool some_article_proves(const struct rescue_segment *s, bool without_text)
{
    struct segment_rescue walk;
    struct arena arena = {0};
    struct rescued_article a;
    bool proved = false;
    segment_rescue_open(&walk, s, without_text);
    while (!proved && walk.has_columns && !segment_rescue_next(&walk, &arena, &a)) {
        uint64_t stated = column_u64(&walk.columns, COLUMN_BODY_HASH, a.doc);
        proved = a.fate == RESCUE_WHOLE &&
                 (without_text ? stated != record_body_hash(&a.article) : a.article.body_len > 0);
        arena_reset(&arena);
    }
    segment_rescue_close(&walk);
    arena_free(&arena);
    return proved;
}

static bool index_lacks_text(const struct rescue *r)
{
    if (r->manifest.language)
        return r->manifest.without_text;
    for (size_t i = 0; i < r->segment_count; i++) {
        if (some_article_proves(&r->segments[i], false))
            return false;
        if (some_article_proves(&r->segments[i], true))
            return true;
    }
    return false;
}

/* ---- all of it ---- */

static const char *find_language(const struct rescue *r, const char *wanted)
{
    const char *language = r->manifest.language ? r->manifest.language : wanted;
    if (!language)
        language = language_of_damaged_manifest(r);
    return language ? language : language_of_articles(r);
}

int rescue_find_rules(const struct rescue *r, const char *wanted, struct rescue_rules *out,
                      struct error *err)
{
    *out = (struct rescue_rules){.same = true};
    const char *language = find_language(r, wanted);
    if (!language)
        return error_set(err, BF_ERR_USAGE,
                         "%s: the manifest is lost, and no article tells the language: "
                         "say --language",
                         r->dir);
    struct analyzer *analyzer = analyzer_new(language, NULL, err);
    if (!analyzer)
        return BF_ERR_USAGE;
    const char *known = wanted ? stem_language(wanted) : NULL;
    if (r->manifest.language && wanted && (!known || strcmp(known, r->manifest.language) != 0)) {
        analyzer_free(analyzer);
        return error_set(err, BF_ERR_USAGE, "%s: its language is %s, not %s", r->dir,
                         r->manifest.language, wanted);
    }
    out->manifest.language = mem_strdup(analyzer_language(analyzer));
    out->manifest.fingerprint = mem_strdup(analyzer_fingerprint(analyzer));
    out->manifest.without_text = index_lacks_text(r);
    if (r->manifest.language)
        out->same = !strcmp(r->manifest.fingerprint, out->manifest.fingerprint);
    analyzer_free(analyzer);
    return BF_OK;
}
