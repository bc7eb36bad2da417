/* exact.c - frequencies say where each posting's occurrences begin. */
#include "query/exact.h"

#include <stdlib.h>

#include "common/base/mem.h"

/* Sets firsts; their sum has to be the term's cf. */
static int add_up(struct exact *e, const struct postings *p, struct error *err)
{
    uint64_t sum = 0;
    int rc = BF_OK;
    for (uint32_t block = 0; block < p->blocks && !rc; block++) {
        uint32_t tf[BLOCK_LEN];
        rc = postings_read_tf(p, block, tf, err);
        for (uint32_t i = 0; i < postings_block_len(p, block) && !rc; i++) {
            e->firsts[block * BLOCK_LEN + i] = (uint32_t)sum;
            sum += tf[i];
        }
    }
    if (!rc && sum != p->info.cf)
        rc = frame_damaged(p->frame, p->data, "another number of occurrences", err);
    return rc;
}

static int mark(struct exact *e, const struct segment *s, const struct term_info *info,
                const struct query_slot *slot, struct error *err)
{
    struct term_forms forms = {0};
    uint32_t *numbers = mem_alloc(forms_room(info->cf) * sizeof *numbers);
    int rc = forms_find(&s->forms, info, slot->term.text, slot->term.len, &forms, err);
    uint32_t wanted = rc ? 0 : term_forms_find(&forms, slot->spelled.text, slot->spelled.len);
    if (!rc && wanted < forms.count)
        rc = forms_read_numbers(&s->forms, &forms, info->cf, numbers, err);
    for (uint64_t i = 0; i < info->cf && !rc && wanted < forms.count; i++)
        e->wanted[i / 64] |= (uint64_t)(numbers[i] == wanted) << i % 64;
    term_forms_free(&forms);
    free(numbers);
    return rc;
}

int exact_open(struct exact *e, const struct segment *s, const struct term_info *info,
               const struct query_slot *slot, struct error *err)
{
    struct postings p;
    *e = (struct exact){.firsts = mem_alloc(info->df * sizeof *e->firsts),
                        .wanted = mem_zalloc(info->cf / 64 + 1, sizeof *e->wanted)};
    int rc = segment_postings(s, info, &p, err);
    if (!rc)
        rc = add_up(e, &p, err);
    return rc ? rc : mark(e, s, info, slot, err);
}

void exact_free(struct exact *e)
{
    free(e->firsts);
    free(e->wanted);
    free(e->kept);
    *e = (struct exact){0};
}

const uint32_t *exact_keep(struct exact *e, uint32_t posting, const uint32_t *positions,
                           uint32_t *count)
{
    uint32_t first = e->firsts[posting], kept = 0;
    mem_grow(e->kept, &e->capacity, *count);
    for (uint32_t i = 0; i < *count; i++)
        if (e->wanted[(first + i) / 64] >> (first + i) % 64 & 1)
            e->kept[kept++] = positions[i];
    *count = kept;
    return e->kept;
}
