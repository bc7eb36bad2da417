/* forms.c - entries are read in order; one is found through its group. */
#include "common/index/forms.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/codec/pfor.h"
#include "common/index/limits.h"

enum { SECTION_ENTRIES, SECTION_INDEX, SECTION_NUMBERS, SECTION_COUNT, SECTIONS };

int forms_open(struct forms *f, const char *path, struct error *err)
{
    *f = (struct forms){0};
    int rc = frame_open(&f->frame, path, FRAME_KIND('F', 'O', 'R', 'M'), err);
    if (rc)
        return rc;
    const struct section *s = f->frame.sections;
    if (f->frame.section_count != SECTIONS || s[SECTION_COUNT].len != 4)
        rc = frame_damaged(&f->frame, NULL, "not the sections of a file of forms", err);
    if (!rc)
        rc = frame_touch(&f->frame, s[SECTION_COUNT].p, 4, err);
    if (!rc) {
        f->entries = load_u32(s[SECTION_COUNT].p);
        f->groups = f->entries / FORMS_GROUP + (f->entries % FORMS_GROUP != 0);
        if (s[SECTION_INDEX].len != (size_t)f->groups * FORMS_RECORD_BYTES)
            rc = frame_damaged(&f->frame, s[SECTION_INDEX].p, "index of another length", err);
    }
    if (rc)
        forms_close(f);
    return rc;
}

void forms_close(struct forms *f)
{
    frame_close(&f->frame);
    *f = (struct forms){0};
}

void term_forms_free(struct term_forms *t)
{
    buf_free(&t->texts);
    free(t->ends);
    *t = (struct term_forms){0};
}

uint32_t term_forms_find(const struct term_forms *t, const char *form, size_t len)
{
    for (uint32_t i = 0; i < t->count; i++) {
        size_t text_len;
        const char *text = term_forms_text(t, i, &text_len);
        if (text_len == len && memcmp(text, form, len) == 0)
            return i;
    }
    return t->count;
}

/* ---- entries ---- */

static void add_form(struct term_forms *t, const void *start, size_t start_len, const void *rest,
                     size_t rest_len)
{
    mem_grow(t->ends, &t->capacity, (size_t)t->count + 1);
    buf_add(&t->texts, start, start_len);
    buf_add(&t->texts, rest, rest_len);
    t->ends[t->count++] = (uint32_t)t->texts.len;
}

static void start_term(struct term_forms *t)
{
    t->count = 0;
    t->texts.len = 0;
    t->numbers = t->numbers_end = NULL;
}

static bool take_form(struct bytes *in, const char *term, size_t len, struct term_forms *out)
{
    uint32_t shared, more;
    const unsigned char *rest;
    if (!take_varint32(in, &shared) || !take_varint32(in, &more) || shared > len ||
        more > MAX_FORM_LENGTH || shared + more > MAX_FORM_LENGTH || !(shared + more) ||
        !take_bytes(in, more, &rest))
        return false; /* no form is empty */
    add_form(out, term, shared, rest, more);
    return true;
}

/* What an entry holds behind the ordinal. */
static bool take_forms(struct bytes *in, const char *term, size_t len, struct term_forms *out,
                       uint64_t *number_bytes)
{
    uint32_t count;
    *number_bytes = 0;
    if (!take_varint32(in, &count) || !count)
        return false;
    for (uint32_t i = 0; i < count; i++)
        if (!take_form(in, term, len, out))
            return false;
    return count == 1 || take_varint(in, number_bytes);
}

static const unsigned char *group_record(const struct forms *f, uint32_t group)
{
    return f->frame.sections[SECTION_INDEX].p + (size_t)group * FORMS_RECORD_BYTES;
}

static int open_group(struct forms_cursor *c, struct error *err)
{
    const struct forms *f = c->f;
    const struct section *entries = &f->frame.sections[SECTION_ENTRIES];
    uint32_t group = c->next / FORMS_GROUP;
    const unsigned char *record = group_record(f, group);
    size_t two = group + 1 < f->groups ? 2 : 1;
    int rc = frame_touch(&f->frame, record, two * FORMS_RECORD_BYTES, err);
    if (rc)
        return rc;
    uint64_t from = load_u64(record + 4);
    uint64_t to = two == 2 ? load_u64(record + FORMS_RECORD_BYTES + 4) : entries->len;
    if (from > to || to > entries->len)
        return frame_damaged(&f->frame, record, "group out of range", err);
    c->in = bytes_of(entries->p + from, to - from);
    c->ordinal = load_u32(record);
    c->numbers_at = load_u64(record + 12);
    return frame_touch(&f->frame, c->in.p, bytes_left(&c->in), err);
}

/* Reads the ordinal of the next entry, if there is one. */
static int take_ordinal(struct forms_cursor *c, struct error *err)
{
    uint32_t gap, before = c->ordinal;
    bool first = c->next % FORMS_GROUP == 0;
    int rc = first ? open_group(c, err) : BF_OK;
    if (rc)
        return rc;
    const unsigned char *at = c->in.p;
    if (!take_varint32(&c->in, &gap) || (first && gap) || (!first && gap >= UINT32_MAX - before))
        return frame_damaged(&c->f->frame, at, "no entry of a term's forms", err);
    if (!first)
        c->ordinal = before + gap + 1;
    else if (c->next && c->ordinal <= before)
        return frame_damaged(&c->f->frame, at, "terms out of order", err);
    c->known = true;
    return BF_OK;
}

static int take_entry(struct forms_cursor *c, const char *term, size_t len, struct term_forms *out,
                      struct error *err)
{
    const struct section *numbers = &c->f->frame.sections[SECTION_NUMBERS];
    const unsigned char *at = c->in.p;
    uint64_t bytes;
    if (!take_forms(&c->in, term, len, out, &bytes) || c->numbers_at > numbers->len ||
        bytes > numbers->len - c->numbers_at)
        return frame_damaged(&c->f->frame, at, "no entry of a term's forms", err);
    if (out->count > 1) {
        out->numbers = numbers->p + c->numbers_at;
        out->numbers_end = out->numbers + bytes;
    }
    c->numbers_at += bytes;
    c->next++;
    c->known = false;
    return BF_OK;
}

/* Passes an entry whose term is not asked for: its texts do not matter. */
static int pass_entry(struct forms_cursor *c, struct error *err)
{
    static const char any[MAX_TERM_LENGTH];
    struct term_forms ignored = {0};
    int rc = take_entry(c, any, sizeof any, &ignored, err);
    term_forms_free(&ignored);
    return rc;
}

void forms_start(const struct forms *f, struct forms_cursor *c)
{
    *c = (struct forms_cursor){.f = f};
}

int forms_next(struct forms_cursor *c, const struct term_info *info, const char *term, size_t len,
               struct term_forms *out, struct error *err)
{
    int rc = BF_OK;
    start_term(out);
    while (!rc && c->next < c->f->entries) {
        if (!c->known)
            rc = take_ordinal(c, err);
        if (rc || c->ordinal >= info->ordinal)
            break;
        rc = pass_entry(c, err);
    }
    if (!rc && c->known && c->ordinal == info->ordinal)
        return take_entry(c, term, len, out, err);
    if (!rc)
        add_form(out, term, len, "", 0);
    return rc;
}

/* ---- finding one ---- */

/* The last group that starts at the ordinal or before; 0 when none does. */
static int find_group(const struct forms *f, uint32_t ordinal, uint32_t *group, struct error *err)
{
    uint32_t low = 0, high = f->groups;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        const unsigned char *record = group_record(f, middle);
        int rc = frame_touch(&f->frame, record, 4, err);
        if (rc)
            return rc;
        if (load_u32(record) <= ordinal)
            low = middle;
        else
            high = middle;
    }
    *group = low;
    return BF_OK;
}

int forms_find(const struct forms *f, const struct term_info *info, const char *term, size_t len,
               struct term_forms *out, struct error *err)
{
    struct forms_cursor c;
    uint32_t group = 0;
    int rc = find_group(f, info->ordinal, &group, err);
    if (rc)
        return rc;
    forms_start(f, &c);
    c.next = group * FORMS_GROUP;
    return forms_next(&c, info, term, len, out, err);
}

/* ---- numbers ---- */

int forms_read_numbers(const struct forms *f, const struct term_forms *t, uint64_t cf,
                       uint32_t *out, struct error *err)
{
    if (t->count == 1) {
        memset(out, 0, cf * sizeof *out);
        return BF_OK;
    }
    const unsigned char *p = t->numbers;
    int rc = frame_touch(&f->frame, p, (size_t)(t->numbers_end - p), err);
    for (uint64_t at = 0; at < cf && !rc; at += BLOCK_LEN) {
        const unsigned char *chunk = p;
        unsigned n = cf - at < BLOCK_LEN ? (unsigned)(cf - at) : BLOCK_LEN;
        p = pfor_decode(chunk, t->numbers_end, n, out + at);
        for (unsigned i = 0; p && i < n; i++)
            if (out[at + i] >= t->count)
                p = NULL;
        if (!p)
            rc = frame_damaged(&f->frame, chunk, "no list of forms", err);
    }
    if (!rc && p != t->numbers_end)
        rc = frame_damaged(&f->frame, p, "too many forms", err);
    return rc;
}
