/* article_terms.c - one walk through a dictionary. */
#include "query/article_terms.h"

/* BF_OK with the article's occurrences, those in title and lead twice; BF_END
 * when the list does not have the article. */
static int look_into_list(const struct segment *s, const struct term_info *info, uint32_t doc,
                          uint32_t *tf, struct error *err)
{
    struct postings list;
    struct posting_block block;
    if (info->df == 1 && info->single_doc != doc)
        return BF_END;
    int rc = segment_postings(s, info, &list, err);
    if (rc)
        return rc;
    uint32_t which = postings_seek(&list, 0, doc);
    if (which == list.blocks)
        return BF_END;
    rc = postings_read_docs(&list, which, &block, err);
    if (rc)
        return rc;
    unsigned at = posting_block_seek(&block, doc);
    if (at == block.n || block.docs[at] != doc)
        return BF_END;
    rc = postings_read_tf(&list, &block, err);
    if (!rc)
        rc = postings_read_lead(&list, &block, err);
    *tf = rc ? 0 : block.tf[at] + block.lead[at];
    return rc;
}

static void add_term(struct article_terms *out, const struct buf *term, uint32_t tf,
                     struct arena *arena)
{
    mem_grow(out->list, &out->capacity, out->count + 1);
    out->list[out->count++] = (struct article_term){
        arena_strndup(arena, (const char *)term->data, term->len), term->len, tf};
}

int article_terms_read(const struct snapshot *s, uint32_t doc, const struct analyzer *analyzer,
                       struct arena *arena, struct article_terms *out, struct error *err)
{
    uint32_t i = snapshot_segment_of(s, doc), local = doc - s->bases[i];
    const struct segment *segment = &s->segments[i];
    struct dictionary_cursor c = {0};
    int rc = dictionary_seek(&segment->dictionary, &c, NULL, 0, err);
    while (!rc && !(rc = dictionary_next(&c, err))) {
        uint32_t tf;
        rc = c.term.len < 2 ? BF_END : look_into_list(segment, &c.info, local, &tf, err);
        if (!rc && !analyzer_is_stop(analyzer, (const char *)c.term.data, c.term.len))
            add_term(out, &c.term, tf, arena);
        rc = rc == BF_END ? BF_OK : rc;
    }
    dictionary_cursor_free(&c);
    return rc == BF_END ? BF_OK : rc;
}
