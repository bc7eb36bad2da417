/* filter_options.c - from options to tests. */
#include "query/filter_options.h"

#include <string.h>

bool filter_options_given(const struct filter_options *o)
{
    return o->from || o->to || o->categories.count || o->sources.count || o->tags.count ||
           o->authors.count;
}

static int apply_dates(const struct filter_options *o, struct filter *f, struct error *err)
{
    struct filter_test first = {.from = INT64_MIN}, last = {.until = INT64_MAX};
    int rc = BF_OK;
    if (o->from && (rc = filter_test_period(&first, o->from, strlen(o->from), err)))
        return error_prefix(err, "--from");
    if (o->to && (rc = filter_test_period(&last, o->to, strlen(o->to), err)))
        return error_prefix(err, "--to");
    first.field = FILTER_DATE;
    first.until = last.until;
    if (first.from >= first.until)
        return error_set(err, BF_ERR_USAGE, "--to lies before --from");
    return filter_keep(f, &first, 1, true, err);
}

static int apply_values(const struct option_list *values, enum filter_field field,
                        const char *option, struct filter *f, struct error *err)
{
    struct arena arena = {0};
    struct filter_test *tests = arena_alloc(&arena, values->count * sizeof *tests);
    int rc = BF_OK;
    for (size_t i = 0; i < values->count && !rc; i++)
        rc = filter_test_value(&tests[i], field, values->texts[i], strlen(values->texts[i]), &arena,
                               err);
    if (rc)
        error_prefix(err, option);
    else if (values->count)
        rc = filter_keep(f, tests, values->count, true, err);
    arena_free(&arena);
    return rc;
}

int filter_options_apply(const struct filter_options *o, struct filter *f, struct error *err)
{
    int rc = o->from || o->to ? apply_dates(o, f, err) : BF_OK;
    if (!rc)
        rc = apply_values(&o->categories, FILTER_CATEGORY, "--category", f, err);
    if (!rc)
        rc = apply_values(&o->sources, FILTER_SOURCE, "--source", f, err);
    if (!rc)
        rc = apply_values(&o->tags, FILTER_TAG, "--tag", f, err);
    return rc ? rc : apply_values(&o->authors, FILTER_AUTHOR, "--author", f, err);
}

void filter_options_free(struct filter_options *o)
{
    option_list_free(&o->categories);
    option_list_free(&o->sources);
    option_list_free(&o->tags);
    option_list_free(&o->authors);
}
