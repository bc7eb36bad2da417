/* dictionary.c - binary search over the groups' first terms, then one group in order. */
#include "common/index/dictionary.h"

#include "common/index/limits.h"

enum { SECTION_ENTRIES, SECTION_INDEX, SECTION_KEYS, SECTION_COUNT, SECTIONS };

int dictionary_open(struct dictionary *d, const char *path, struct error *err)
{
    *d = (struct dictionary){0};
    int rc = frame_open(&d->frame, path, FRAME_KIND('T', 'E', 'R', 'M'), err);
    if (rc)
        return rc;
    const struct section *s = d->frame.sections;
    if (d->frame.section_count != SECTIONS || s[SECTION_COUNT].len != 4) {
        rc = frame_damaged(&d->frame, NULL, "not the sections of a dictionary", err);
        goto out;
    }
    rc = frame_touch(&d->frame, s[SECTION_COUNT].p, 4, err);
    if (rc)
        goto out;
    d->terms = load_u32(s[SECTION_COUNT].p);
    d->groups = d->terms / DICTIONARY_GROUP + (d->terms % DICTIONARY_GROUP != 0);
    if (s[SECTION_INDEX].len != (size_t)d->groups * DICTIONARY_RECORD_BYTES)
        rc = frame_damaged(&d->frame, s[SECTION_INDEX].p, "index of another length", err);
out:
    if (rc)
        dictionary_close(d);
    return rc;
}

void dictionary_close(struct dictionary *d)
{
    frame_close(&d->frame);
    *d = (struct dictionary){0};
}

static const unsigned char *group_record(const struct dictionary *d, uint32_t group)
{
    return d->frame.sections[SECTION_INDEX].p + (size_t)group * DICTIONARY_RECORD_BYTES;
}

/* The first term of a group, checked. */
static int group_key(const struct dictionary *d, uint32_t group, const unsigned char **key,
                     size_t *len, struct error *err)
{
    const struct section *keys = &d->frame.sections[SECTION_KEYS];
    const unsigned char *record = group_record(d, group);
    size_t two = group + 1 < d->groups ? 2 : 1;
    int rc = frame_touch(&d->frame, record, two * DICTIONARY_RECORD_BYTES, err);
    if (rc)
        return rc;
    size_t from = load_u32(record + 24);
    size_t to = two == 2 ? load_u32(record + DICTIONARY_RECORD_BYTES + 24) : keys->len;
    if (from > to || to > keys->len || to - from > MAX_TERM_LENGTH)
        return frame_damaged(&d->frame, record + 24, "first term of a group out of range", err);
    *key = keys->p + from;
    *len = to - from;
    return frame_touch(&d->frame, *key, *len, err);
}

static int open_group(const struct dictionary *d, uint32_t group, struct dictionary_cursor *c,
                      struct error *err)
{
    const struct section *entries = &d->frame.sections[SECTION_ENTRIES];
    const unsigned char *record = group_record(d, group);
    size_t two = group + 1 < d->groups ? 2 : 1;
    int rc = frame_touch(&d->frame, record, two * DICTIONARY_RECORD_BYTES, err);
    if (rc)
        return rc;
    uint64_t from = load_u64(record);
    uint64_t to = two == 2 ? load_u64(record + DICTIONARY_RECORD_BYTES) : entries->len;
    if (from > to || to > entries->len)
        return frame_damaged(&d->frame, record, "group out of range", err);
    c->d = d;
    c->in = bytes_of(entries->p + from, to - from);
    c->next = group * DICTIONARY_GROUP;
    c->postings_at = load_u64(record + 8);
    c->positions_at = load_u64(record + 16);
    c->term.len = 0;
    return frame_touch(&d->frame, c->in.p, bytes_left(&c->in), err);
}

static bool take_rest(struct dictionary_cursor *c, uint32_t *length)
{
    uint32_t rest = 0;
    if (*length == DICTIONARY_LONG && !take_varint32(&c->in, &rest))
        return false;
    *length += rest;
    return rest <= MAX_TERM_LENGTH;
}

static bool take_term(struct dictionary_cursor *c)
{
    const unsigned char *lengths, *bytes;
    if (!take_bytes(&c->in, 1, &lengths))
        return false;
    uint32_t shared = *lengths >> 4, more = *lengths & 15;
    if (!take_rest(c, &shared) || !take_rest(c, &more) || shared > c->term.len ||
        shared + more > MAX_TERM_LENGTH || !take_bytes(&c->in, more, &bytes))
        return false;
    /* Not empty, and in ascending order, looked at where the two terms part. */
    if (!more || (shared < c->term.len && bytes[0] <= c->term.data[shared]))
        return false;
    c->term.len = shared;
    buf_add(&c->term, bytes, more);
    return true;
}

static bool take_info(struct dictionary_cursor *c)
{
    struct term_info *info = &c->info;
    uint32_t counts;
    uint64_t more = 0, last;
    *info = (struct term_info){
        .ordinal = c->next, .postings_at = c->postings_at, .positions_at = c->positions_at};
    if (!take_varint32(&c->in, &counts) ||
        (counts & 1 && (!take_varint(&c->in, &more) || !more || more > MAX_SEGMENT_TOKENS)))
        return false;
    info->df = counts / 2 + 1;
    info->cf = info->df + more;
    if (info->df > 1)
        return take_varint(&c->in, &info->postings_bytes) &&
               take_varint(&c->in, &info->positions_bytes);
    if (!take_varint32(&c->in, &info->single_doc) || !take_varint(&c->in, &last))
        return false;
    if (info->cf > 1) {
        info->positions_bytes = last;
        return true;
    }
    info->single_position = (uint32_t)last;
    return last < (uint64_t)MAX_DOC_TOKENS + TITLE_GAP;
}

int dictionary_next(struct dictionary_cursor *c, struct error *err)
{
    if (c->next >= c->d->terms)
        return BF_END;
    if (c->next % DICTIONARY_GROUP == 0) {
        int rc = open_group(c->d, c->next / DICTIONARY_GROUP, c, err);
        if (rc)
            return rc;
    }
    const unsigned char *at = c->in.p;
    if (!take_term(c) || !take_info(c))
        return frame_damaged(&c->d->frame, at, "no entry of a dictionary", err);
    c->next++;
    c->postings_at += c->info.postings_bytes;
    c->positions_at += c->info.positions_bytes;
    return BF_OK;
}

/* The last group whose first term is <= the given one; 0 when none is. */
static int find_group(const struct dictionary *d, const char *term, size_t len, uint32_t *group,
                      struct error *err)
{
    uint32_t low = 0, high = d->groups;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        const unsigned char *key = NULL;
        size_t key_len = 0;
        int rc = group_key(d, middle, &key, &key_len, err);
        if (rc)
            return rc;
        if (term_compare(key, key_len, term, len) <= 0)
            low = middle;
        else
            high = middle;
    }
    *group = low;
    return BF_OK;
}

/* Leaves the cursor behind the first term >= the given one; *order is 0 when
 * it is the term itself. BF_END when there is none. */
static int advance_to(struct dictionary_cursor *c, const char *term, size_t len, int *order,
                      struct error *err)
{
    int rc;
    do {
        rc = dictionary_next(c, err);
        if (rc)
            return rc;
        *order = term_compare(c->term.data, c->term.len, term, len);
    } while (*order < 0);
    return BF_OK;
}

int dictionary_find(const struct dictionary *d, const char *term, size_t len,
                    struct term_info *info, struct error *err)
{
    if (!d->terms)
        return BF_END;
    struct dictionary_cursor c = {.d = d};
    uint32_t group;
    int order = 1;
    int rc = find_group(d, term, len, &group, err);
    if (!rc) {
        c.next = group * DICTIONARY_GROUP;
        rc = advance_to(&c, term, len, &order, err);
    }
    if (!rc && order)
        rc = BF_END;
    if (!rc)
        *info = c.info;
    dictionary_cursor_free(&c);
    return rc;
}

int dictionary_seek(const struct dictionary *d, struct dictionary_cursor *c, const char *term,
                    size_t len, struct error *err)
{
    *c = (struct dictionary_cursor){.d = d};
    if (!d->terms || !len)
        return BF_OK;
    uint32_t group;
    int rc = find_group(d, term, len, &group, err);
    if (rc)
        return rc;
    c->next = group * DICTIONARY_GROUP;
    struct dictionary_cursor ahead = {.d = d, .next = c->next};
    int order;
    rc = advance_to(&ahead, term, len, &order, err);
    uint32_t target = rc == BF_END ? d->terms : ahead.next - 1;
    dictionary_cursor_free(&ahead);
    if (rc && rc != BF_END)
        return rc;
    while (c->next < target)
        if ((rc = dictionary_next(c, err)))
            return rc;
    return BF_OK;
}

void dictionary_cursor_free(struct dictionary_cursor *c)
{
    buf_free(&c->term);
}
