/* query_filter.c - a tree of filters as operations on bits. */
#include "query/query_filter.h"

static int narrow(struct filter *f, const struct query_node *node, struct error *err);

/* Keeps what passes any of the list. */
static int narrow_to_any(struct filter *f, const struct query_list *list, struct error *err)
{
    struct filter any = {0};
    int rc = BF_OK;
    for (size_t i = 0; i < list->count && !rc; i++) {
        struct filter one;
        filter_copy(&one, f);
        rc = narrow(&one, list->nodes[i], err);
        if (i) {
            filter_join(&any, &one);
            filter_free(&one);
        } else {
            any = one;
        }
    }
    filter_free(f);
    *f = any;
    return rc;
}

static int exclude(struct filter *f, const struct query_node *node, struct error *err)
{
    struct filter unwanted;
    filter_copy(&unwanted, f);
    int rc = narrow(&unwanted, node, err);
    filter_subtract(f, &unwanted);
    filter_free(&unwanted);
    return rc;
}

static int narrow(struct filter *f, const struct query_node *node, struct error *err)
{
    if (node->kind == QUERY_FILTER)
        return filter_keep(f, &node->test, 1, true, err);
    int rc = BF_OK;
    for (size_t i = 0; i < node->must.count && !rc; i++)
        rc = narrow(f, node->must.nodes[i], err);
    for (size_t i = 0; i < node->must_not.count && !rc; i++)
        rc = exclude(f, node->must_not.nodes[i], err);
    if (!rc && !node->must.count)
        rc = narrow_to_any(f, &node->should, err);
    return rc;
}

static bool any_filter(const struct query_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        if (query_is_filter(list->nodes[i]))
            return true;
    return false;
}

bool query_filter_any(const struct query_node *query)
{
    if (query->kind != QUERY_BOOL)
        return query->kind == QUERY_FILTER;
    return query_is_filter(query) || any_filter(&query->must) || any_filter(&query->must_not);
}

/* The list without its filters, which `apply` takes. */
static int take_filters(struct query_list *list, struct filter *f,
                        int (*apply)(struct filter *, const struct query_node *, struct error *),
                        struct arena *arena, struct error *err)
{
    struct query_list rest = {arena_alloc(arena, list->count * sizeof *rest.nodes), 0};
    int rc = BF_OK;
    for (size_t i = 0; i < list->count && !rc; i++) {
        if (query_is_filter(list->nodes[i]))
            rc = apply(f, list->nodes[i], err);
        else
            rest.nodes[rest.count++] = list->nodes[i];
    }
    *list = rest;
    return rc;
}

int query_filter_split(const struct query_node *query, struct filter *filter, struct arena *arena,
                       const struct query_node **rest, struct error *err)
{
    *rest = query;
    if (!query_filter_any(query))
        return BF_OK;
    if (query_is_filter(query)) {
        *rest = NULL;
        return narrow(filter, query, err);
    }
    struct query_node *words = arena_dup(arena, query, sizeof *query);
    int rc = take_filters(&words->must, filter, narrow, arena, err);
    if (!rc)
        rc = take_filters(&words->must_not, filter, exclude, arena, err);
    if (!words->must.count && !words->should.count)
        words->must = query->must; /* something that the excluded words are taken from */
    bool one = words->must.count == 1 && !words->should.count && !words->must_not.count;
    *rest = one ? words->must.nodes[0] : words;
    return rc;
}
