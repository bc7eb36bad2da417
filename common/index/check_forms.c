/* check_forms.c - counts the forms again and compares. */
#include "common/index/check_forms.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/index/check_parts.h"
#include "common/index/dictionary.h"
#include "common/index/forms_write.h"

enum { SECTION_ENTRIES, SECTION_INDEX, SECTION_NUMBERS };

void form_check_init(struct form_check *c, const struct forms *f)
{
    *c = (struct form_check){.f = f};
    forms_start(f, &c->cursor);
}

void form_check_free(struct form_check *c)
{
    term_forms_free(&c->forms);
    free(c->numbers);
    free(c->counts);
    free(c->hashes);
}

/* The record of the group that starts with entry `first` says where: behind
 * the group before. */
static int check_group(const struct form_check *c, uint32_t first, struct error *err)
{
    const struct frame *f = &c->f->frame;
    const unsigned char *record =
        f->sections[SECTION_INDEX].p + (size_t)(first / FORMS_GROUP) * FORMS_RECORD_BYTES;
    uint64_t at = load_u64(record + 4), numbers_at = load_u64(record + 12);
    if (at != c->entries_at || numbers_at != c->numbers_at)
        return check_damaged(f, record, err,
                             "the group of term %u has its entries at %" PRIu64
                             " and its numbers at %" PRIu64 ", not behind those before, at %" PRIu64
                             " and %" PRIu64,
                             load_u32(record), at, numbers_at, c->entries_at, c->numbers_at);
    return BF_OK;
}

static struct form form_at(const struct form_check *c, uint32_t i)
{
    struct form form = {.count = c->counts[i]};
    form.text = term_forms_text(&c->forms, i, &form.len);
    return form;
}

static int count_numbers(struct form_check *c, const struct term_info *info, struct error *err)
{
    mem_grow(c->numbers, &c->number_capacity, forms_room(info->cf));
    mem_grow(c->counts, &c->count_capacity, c->forms.count);
    memset(c->counts, 0, c->forms.count * sizeof *c->counts);
    int rc = forms_read_numbers(c->f, &c->forms, info->cf, c->numbers, err);
    for (uint64_t i = 0; i < info->cf && !rc; i++)
        c->counts[c->numbers[i]]++;
    return rc;
}

static int compare_texts(const void *a, const void *b)
{
    const struct form *x = a, *y = b;
    return term_compare(x->text, x->len, y->text, y->len);
}

static int check_different(const struct form_check *c, struct text term, struct error *err)
{
    struct form *sorted = mem_alloc(c->forms.count * sizeof *sorted);
    int rc = BF_OK;
    for (uint32_t i = 0; i < c->forms.count; i++)
        sorted[i] = form_at(c, i);
    qsort(sorted, c->forms.count, sizeof *sorted, compare_texts);
    for (uint32_t i = 1; i < c->forms.count && !rc; i++)
        if (compare_texts(&sorted[i - 1], &sorted[i]) == 0)
            rc = check_damaged(&c->f->frame, c->forms.numbers, err,
                               "\"%.*s\" has the form \"%.*s\" twice", (int)term.len, term.p,
                               (int)sorted[i].len, sorted[i].text);
    free(sorted);
    return rc;
}

static int check_order(const struct form_check *c, struct text term, struct error *err)
{
    const struct frame *f = &c->f->frame;
    for (uint32_t i = 0; i < c->forms.count; i++) {
        struct form form = form_at(c, i);
        if (!form.count)
            return check_damaged(f, c->forms.numbers, err, "\"%.*s\" never stands as \"%.*s\"",
                                 (int)term.len, term.p, (int)form.len, form.text);
        struct form last = form_at(c, i ? i - 1 : 0);
        if (i && compare_forms(&last, &form) >= 0)
            return check_damaged(f, c->forms.numbers, err,
                                 "forms of \"%.*s\": \"%.*s\" does not belong behind \"%.*s\"",
                                 (int)term.len, term.p, (int)form.len, form.text, (int)last.len,
                                 last.text);
    }
    return BF_OK;
}

static int check_needed(const struct form_check *c, const unsigned char *entry, struct text term,
                        struct error *err)
{
    size_t len;
    const char *form = term_forms_text(&c->forms, 0, &len);
    if (c->forms.count == 1 && term_compare(form, len, term.p, term.len) == 0)
        return check_damaged(&c->f->frame, entry, err,
                             "an entry for \"%.*s\", which has no other "
                             "form",
                             (int)term.len, term.p);
    return BF_OK;
}

int form_check_term(struct form_check *c, struct text term, const struct term_info *info,
                    struct error *err)
{
    uint32_t entry = c->cursor.next;
    int rc = forms_next(&c->cursor, info, term.p, term.len, &c->forms, err);
    if (rc || c->cursor.next == entry)
        return rc;
    if (entry % FORMS_GROUP == 0)
        rc = check_group(c, entry, err);
    if (!rc)
        rc = check_needed(c, c->cursor.in.p, term, err);
    if (!rc)
        rc = count_numbers(c, info, err);
    c->entries_at = (uint64_t)(c->cursor.in.p - c->f->frame.sections[SECTION_ENTRIES].p);
    c->numbers_at = c->cursor.numbers_at;
    if (!rc)
        rc = check_different(c, term, err);
    return rc ? rc : check_order(c, term, err);
}

void form_check_places(struct form_check *c, const struct list_check *l)
{
    mem_grow(c->hashes, &c->hash_capacity, c->forms.count);
    for (uint32_t i = 0; i < c->forms.count; i++) {
        size_t len;
        const char *form = term_forms_text(&c->forms, i, &len);
        c->hashes[i] = token_form_hash(l->hash, form, len);
    }
    for (uint64_t i = 0; i < l->cf; i++) {
        uint64_t hash = c->hashes[c->forms.count > 1 ? c->numbers[i] : 0];
        l->sums->of[l->places[i].doc].form -= token_mark(hash, l->places[i].position);
    }
}

int form_check_end(const struct form_check *c, struct error *err)
{
    const struct frame *f = &c->f->frame;
    if (c->cursor.next != c->f->entries)
        return check_damaged(f, NULL, err, "%u entries, but %u terms that have one", c->f->entries,
                             c->cursor.next);
    if (c->entries_at != f->sections[SECTION_ENTRIES].len)
        return frame_damaged(f, f->sections[SECTION_ENTRIES].p, "bytes behind the last entry", err);
    if (c->numbers_at != f->sections[SECTION_NUMBERS].len)
        return frame_damaged(f, f->sections[SECTION_NUMBERS].p, "bytes behind the last numbers",
                             err);
    return BF_OK;
}
