/* check_terms.c - the dictionary from its first byte to its last, and each term's lists with it. */
#include <inttypes.h>

#include "common/index/check_forms.h"
#include "common/index/check_lists.h"
#include "common/index/check_parts.h"

enum { SECTION_ENTRIES, SECTION_INDEX, SECTION_KEYS };
enum { DELETED_BITMAP, DELETED_ORDINALS, DELETED_DF, DELETED_CF };

struct term_check {
    const struct segment *s;
    struct dictionary_cursor cursor;
    struct list_check lists;
    struct form_check forms;
    struct buf last;                    /* the term before */
    uint64_t postings_at, positions_at; /* where the next lists have to start */
    uint64_t keys_at;                   /* where the next group's first term has to start */
    uint32_t next_deleted;              /* index into the delete file's arrays */
};

/* ---- dictionary ---- */

/* Entries of the group that is left fill it to its end; the record of the
 * next one says where everything of it starts. */
static int check_group(struct term_check *t, struct error *err)
{
    const struct frame *f = &t->s->dictionary.frame;
    uint32_t group = t->cursor.next / DICTIONARY_GROUP;
    const unsigned char *record =
        f->sections[SECTION_INDEX].p + (size_t)group * DICTIONARY_RECORD_BYTES;
    if (group ? bytes_left(&t->cursor.in) != 0 : load_u64(record) != 0)
        return check_damaged(f, record, err, "group %u does not start behind the one before",
                             group);
    if (load_u64(record + 8) != t->postings_at || load_u64(record + 16) != t->positions_at)
        return check_damaged(f, record + 8, err,
                             "group %u has its lists at %" PRIu64 " and %" PRIu64
                             ", not behind the lists before, at %" PRIu64 " and %" PRIu64,
                             group, load_u64(record + 8), load_u64(record + 16), t->postings_at,
                             t->positions_at);
    if (load_u32(record + 24) != t->keys_at)
        return check_damaged(f, record + 24, err, "first term of group %u at %u, not at %" PRIu64,
                             group, load_u32(record + 24), t->keys_at);
    return BF_OK;
}

/* The first term of a group stands a second time in section 2. */
static int check_key(struct term_check *t, struct error *err)
{
    const struct frame *f = &t->s->dictionary.frame;
    const struct section *keys = &f->sections[SECTION_KEYS];
    const struct buf *term = &t->cursor.term;
    const unsigned char *key = keys->p + t->keys_at;
    if (term->len > keys->len - t->keys_at || memcmp(key, term->data, term->len) != 0)
        return check_damaged(f, key, err, "\"%.*s\" is not the first term of its group",
                             (int)term->len, (const char *)term->data);
    t->keys_at += term->len;
    return BF_OK;
}

static int next_term(struct term_check *t, struct error *err)
{
    const struct frame *f = &t->s->dictionary.frame;
    bool starts_group = t->cursor.next % DICTIONARY_GROUP == 0;
    if (t->cursor.next >= t->s->dictionary.terms)
        return BF_END;
    int rc = starts_group ? check_group(t, err) : BF_OK;
    const unsigned char *at = t->cursor.in.p;
    if (!rc)
        rc = dictionary_next(&t->cursor, err);
    if (rc)
        return rc;
    const struct buf *term = &t->cursor.term;
    if (!term->len || term_compare(t->last.data, t->last.len, term->data, term->len) >= 0)
        return check_damaged(f, at, err, "\"%.*s\" does not belong behind \"%.*s\"", (int)term->len,
                             (const char *)term->data, (int)t->last.len,
                             (const char *)t->last.data);
    t->last.len = 0;
    buf_add(&t->last, term->data, term->len);
    return starts_group ? check_key(t, err) : BF_OK;
}

/* Nothing stands behind the last entry, key, list and positions. */
static int check_ends(const struct term_check *t, struct error *err)
{
    const struct segment *s = t->s;
    const struct frame *f = &s->dictionary.frame;
    bool empty = s->dictionary.terms == 0;
    size_t behind = empty ? f->sections[SECTION_ENTRIES].len : bytes_left(&t->cursor.in);
    if (behind)
        return check_damaged(f, f->sections[SECTION_ENTRIES].p, err,
                             "%zu bytes behind the last entry", behind);
    if (t->keys_at != f->sections[SECTION_KEYS].len)
        return frame_damaged(f, f->sections[SECTION_KEYS].p, "bytes behind the last key", err);
    if (t->postings_at != s->postings.sections[0].len)
        return check_damaged(&s->postings, s->postings.sections[0].p, err,
                             "lists end at %" PRIu64 " of %zu", t->postings_at,
                             s->postings.sections[0].len);
    if (t->positions_at != s->positions.sections[0].len)
        return check_damaged(&s->positions, s->positions.sections[0].p, err,
                             "positions end at %" PRIu64 " of %zu", t->positions_at,
                             s->positions.sections[0].len);
    return BF_OK;
}

/* ---- delete file ---- */

/* What the delete file takes off the present term must be what its deleted
 * articles contributed; a term without any is not in it. */
static int check_deleted(struct term_check *t, struct error *err)
{
    const struct deletes *d = &t->s->deletes;
    if (!t->lists.deleted_df)
        return BF_OK;
    const struct section *s = d->frame.sections;
    size_t at = 4 * (size_t)t->next_deleted;
    uint32_t ordinal = t->cursor.info.ordinal;
    if (t->next_deleted++ >= d->terms || load_u32(s[DELETED_ORDINALS].p + at) != ordinal)
        return check_damaged(&d->frame, s[DELETED_ORDINALS].p, err,
                             "term %u, which deleted articles have, is not at its place", ordinal);
    uint32_t df = load_u32(s[DELETED_DF].p + at), cf = load_u32(s[DELETED_CF].p + at);
    if (df != t->lists.deleted_df || cf != t->lists.deleted_cf)
        return check_damaged(&d->frame, s[DELETED_DF].p + at, err,
                             "term %u: df %u and cf %u are deleted, but the lists have %u and "
                             "%" PRIu64,
                             ordinal, df, cf, t->lists.deleted_df, t->lists.deleted_cf);
    return BF_OK;
}

static int check_all_deleted(const struct term_check *t, struct error *err)
{
    const struct deletes *d = &t->s->deletes;
    if (t->next_deleted != d->terms)
        return check_damaged(&d->frame, d->frame.sections[DELETED_ORDINALS].p, err,
                             "%u terms, but deleted articles have %u", d->terms, t->next_deleted);
    return BF_OK;
}

/* ---- all of it ---- */

static int check_term(struct check_run *run, struct term_check *t, struct error *err)
{
    const struct term_info *info = &t->cursor.info;
    struct text term = {(const char *)t->cursor.term.data, t->cursor.term.len};
    int rc = list_check_term(&t->lists, term, info, err);
    if (!rc)
        rc = form_check_term(&t->forms, term, info, err);
    if (!rc && run->tokens.of)
        form_check_places(&t->forms, &t->lists);
    if (!rc)
        rc = check_deleted(t, err);
    t->postings_at += info->postings_bytes;
    t->positions_at += info->positions_bytes;
    run->report->terms++;
    check_advance(run, info->postings_bytes + info->positions_bytes);
    return rc;
}

int check_terms(struct check_run *run, const struct segment *s, struct error *err)
{
    struct term_check t = {.s = s};
    list_check_init(&t.lists, s, &run->tokens);
    form_check_init(&t.forms, &s->forms);
    int rc = dictionary_seek(&s->dictionary, &t.cursor, NULL, 0, err);
    while (!rc && !(rc = next_term(&t, err)))
        rc = check_term(run, &t, err);
    if (rc == BF_END)
        rc = check_ends(&t, err);
    if (!rc)
        rc = list_check_end(&t.lists, err);
    if (!rc)
        rc = form_check_end(&t.forms, err);
    if (!rc)
        rc = token_sums_check(&run->tokens, s, err);
    if (!rc)
        rc = check_all_deleted(&t, err);
    run->report->postings += t.lists.postings;
    dictionary_cursor_free(&t.cursor);
    list_check_free(&t.lists);
    form_check_free(&t.forms);
    buf_free(&t.last);
    return rc;
}
