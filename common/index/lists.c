/* lists.c - nothing of the file is believed before it has been compared with the rest. */
#include "common/index/lists.h"

#include <math.h>
#include <string.h>

#include "common/index/limits.h"

static int damaged(const struct lists *l, unsigned section, size_t offset, const char *what,
                   struct error *err)
{
    return frame_damaged(&l->frame, lists_at(l, section, offset), what, err);
}

static double load_double(const unsigned char *p)
{
    uint64_t bits = load_u64(p);
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static bool are_sane(const struct lists_settings *s)
{
    return s->k1 >= 0 && s->k1 <= 1000 && s->b >= 0 && s->b <= 1 && s->threshold >= 0 &&
           s->threshold <= 1 && s->window_days >= 0 && isfinite(s->window_days) && s->n <= 1000 &&
           s->terms >= 1 && s->terms <= 255 && !(s->same_category && s->other_category) &&
           s->docs <= UINT32_MAX && s->lead_tokens <= s->tokens;
}

#define SETTINGS_BYTES 72

static int read_settings(struct lists *l, struct error *err)
{
    struct lists_settings *s = &l->settings;
    const unsigned char *p = lists_at(l, LISTS_SETTINGS, 0);
    size_t len = l->frame.sections[LISTS_SETTINGS].len;
    if (len < SETTINGS_BYTES)
        return damaged(l, LISTS_SETTINGS, 0, "too short", err);
    s->docs = load_u64(p);
    s->tokens = load_u64(p + 8);
    s->lead_tokens = load_u64(p + 16);
    s->k1 = load_double(p + 24);
    s->b = load_double(p + 32);
    s->threshold = load_double(p + 40);
    s->window_days = load_double(p + 48);
    s->n = load_u32(p + 56);
    s->terms = load_u32(p + 60);
    s->most_of_source = load_u32(p + 64);
    uint32_t flags = load_u32(p + 68);
    s->feedback = flags & 1;
    s->keep_copies = flags & 2;
    s->same_category = flags & 4;
    s->other_category = flags & 8;
    s->diverse = flags & 16;
    if (flags > 31 || !are_sane(s))
        return damaged(l, LISTS_SETTINGS, 0, "settings out of range", err);
    struct bytes rest = bytes_of(p + SETTINGS_BYTES, len - SETTINGS_BYTES);
    const unsigned char *text;
    if (!take_counted(&rest, &text, &l->fingerprint_len) || bytes_left(&rest))
        return damaged(l, LISTS_SETTINGS, SETTINGS_BYTES, "not a fingerprint", err);
    l->fingerprint = (const char *)text;
    return BF_OK;
}

/* A section of count + 1 offsets into one of `size` bytes an entry. */
static int check_offsets(const struct lists *l, unsigned section, size_t size, uint64_t most,
                         struct error *err)
{
    uint64_t entries = l->frame.sections[section + 1].len / size, before = 0;
    if (l->frame.sections[section].len != 8 * ((size_t)l->count + 1) ||
        l->frame.sections[section + 1].len % size)
        return damaged(l, section, 0, "not as long as the number of articles asks", err);
    for (size_t i = 0; i <= l->count; i++) {
        uint64_t at = load_u64(lists_at(l, section, 8 * i));
        if (at < before || at > entries || at - before > most || (!i && at) ||
            (i == l->count && at != entries))
            return damaged(l, section, 8 * i, "offset out of order", err);
        before = at;
    }
    return BF_OK;
}

static int check_articles(const struct lists *l, struct error *err)
{
    size_t len, before_len = 0;
    const char *before = "";
    for (uint32_t i = 0; i < l->count; i++) {
        const char *id = lists_id(l, i, &len);
        size_t common = len < before_len ? len : before_len;
        int order = common ? memcmp(before, id, common) : 0;
        if (i && (order > 0 || (!order && len <= before_len)))
            return damaged(l, LISTS_ID_OFFSETS, 8 * (size_t)i, "ids out of order", err);
        struct lists_article a = lists_article(l, i);
        if (a.leader != LISTS_NONE && a.leader >= l->count)
            return damaged(l, LISTS_ARTICLES, 16 * (size_t)i, "no such leader", err);
        if (!(a.least_weight >= 0) || isinf(a.least_weight))
            return damaged(l, LISTS_ARTICLES, 16 * (size_t)i + 12, "not a weight", err);
        before = id;
        before_len = len;
    }
    return BF_OK;
}

static int check_items(const struct lists *l, unsigned section, size_t size, struct error *err)
{
    for (size_t at = 0; at < l->frame.sections[section].len; at += size)
        if (load_u32(lists_at(l, section, at)) >= l->count)
            return damaged(l, section, at, "no such article", err);
    return BF_OK;
}

bool lists_take_term(struct bytes *in, struct lists_term *term)
{
    const unsigned char *p;
    if (!take_counted(in, &p, &term->len) || !take_varint32(in, &term->df))
        return false;
    term->p = (const char *)p;
    return true;
}

static int check_terms(const struct lists *l, struct error *err)
{
    struct bytes in = lists_terms(l);
    struct lists_term before = {"", 0, 0}, term;
    while (bytes_left(&in)) {
        const unsigned char *at = in.p;
        if (!lists_take_term(&in, &term) || term.len > MAX_TERM_LENGTH || term.df < 2 ||
            term.df > l->settings.docs)
            return frame_damaged(&l->frame, at, "not a term", err);
        size_t common = term.len < before.len ? term.len : before.len;
        int order = common ? memcmp(before.p, term.p, common) : 0;
        if (order > 0 || (!order && term.len <= before.len))
            return frame_damaged(&l->frame, at, "terms out of order", err);
        before = term;
    }
    return BF_OK;
}

static int check_all(struct lists *l, struct error *err)
{
    size_t hashes = l->frame.sections[LISTS_HASHES].len;
    if (l->frame.section_count != LISTS_SECTIONS || hashes % 8 || hashes / 8 >= UINT32_MAX)
        return frame_damaged(&l->frame, l->frame.map, "not the sections of a file of lists", err);
    l->count = (uint32_t)(hashes / 8);
    int rc = read_settings(l, err);
    if (!rc && l->frame.sections[LISTS_ARTICLES].len != 16 * (size_t)l->count)
        rc = damaged(l, LISTS_ARTICLES, 0, "not as long as the number of articles asks", err);
    if (!rc)
        rc = check_offsets(l, LISTS_ID_OFFSETS, 1, MAX_ID_LENGTH, err);
    if (!rc)
        rc = check_articles(l, err);
    if (!rc)
        rc = check_offsets(l, LISTS_ITEM_OFFSETS, 12, l->settings.n, err);
    if (!rc)
        rc = check_items(l, LISTS_ITEMS, 12, err);
    if (!rc)
        rc = check_offsets(l, LISTS_LEARNED_OFFSETS, 8, 5, err);
    if (!rc)
        rc = check_items(l, LISTS_LEARNED, 8, err);
    return rc ? rc : check_terms(l, err);
}

int lists_open(struct lists *l, const char *path, struct error *err)
{
    *l = (struct lists){0};
    int rc = frame_open(&l->frame, path, FRAME_KIND('L', 'I', 'S', 'T'), err);
    if (rc)
        return rc;
    rc = frame_verify(&l->frame, err);
    if (!rc)
        rc = check_all(l, err);
    if (rc)
        lists_close(l);
    return rc;
}

void lists_close(struct lists *l)
{
    frame_close(&l->frame);
    *l = (struct lists){0};
}
