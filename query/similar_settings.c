/* similar_settings.c - limits of the options, then the filter. */
#include "query/similar_settings.h"

#include <string.h>

#include "query/similar_all.h"

void similar_settings_init(struct similar_settings *o)
{
    *o = (struct similar_settings){.options = similar_defaults,
                                   .n = similar_defaults.n,
                                   .terms = similar_defaults.terms,
                                   .threshold = -1};
}

static int check_numbers(const struct similar_settings *o, struct error *err)
{
    const struct similar_choice *c = &o->options.choice;
    if (o->n > SIMILAR_MOST_LIST)
        return error_set(err, BF_ERR_USAGE, "-n: at most %d", SIMILAR_MOST_LIST);
    if (!(o->options.k1 >= 0 && o->options.k1 <= BM25_MOST_K1 && o->options.b >= 0 &&
          o->options.b <= 1))
        return error_set(err, BF_ERR_USAGE, "--k1: 0 to %g; --b: 0 to 1", BM25_MOST_K1);
    if (o->terms < 1 || o->terms > SIMILAR_MOST_TERMS)
        return error_set(err, BF_ERR_USAGE, "--terms: 1 to %d", SIMILAR_MOST_TERMS);
    if (!(o->threshold <= 1))
        return error_set(err, BF_ERR_USAGE, "--threshold: 0 to 1");
    if (!(c->window_days >= 0 && c->half_life_days >= 0))
        return error_set(err, BF_ERR_USAGE, "--window, --recency: a number of days");
    if (o->most_of_source > SIMILAR_MOST_LIST)
        return error_set(err, BF_ERR_USAGE, "--max-per-source: at most %d", SIMILAR_MOST_LIST);
    return BF_OK;
}

int similar_settings_check(struct similar_settings *o, struct error *err)
{
    struct similar_options *options = &o->options;
    int rc = check_numbers(o, err);
    if (rc)
        return rc;
    if (options->choice.same_category && options->choice.other_category)
        return error_set(err, BF_ERR_USAGE, "--same-category or --other-category, not both");
    if (o->fill && o->threshold >= 0)
        return error_set(err, BF_ERR_USAGE, "--fill or --threshold, not both");
    options->n = (size_t)o->n;
    options->terms = (size_t)o->terms;
    options->feedback = !o->no_feedback;
    options->choice.most_of_source = (uint32_t)o->most_of_source;
    options->threshold = o->fill             ? 0
                         : o->threshold >= 0 ? o->threshold
                         : o->no_feedback    ? SIMILAR_THRESHOLD_PLAIN
                                             : SIMILAR_THRESHOLD;
    return BF_OK;
}

/* Later than `after` and earlier than `before`, both left out. */
static int apply_bounds(struct similar_settings *o, struct error *err)
{
    struct filter_test after = {.until = INT64_MIN}, before = {.from = INT64_MAX};
    if (o->after && filter_test_period(&after, o->after, strlen(o->after), err))
        return error_prefix(err, "--after");
    if (o->before && filter_test_period(&before, o->before, strlen(o->before), err))
        return error_prefix(err, "--before");
    const struct filter_test between = {
        .field = FILTER_DATE, .from = after.until, .until = before.from};
    return filter_keep(&o->filter, &between, 1, true, err);
}

int similar_settings_open(struct similar_settings *o, const struct snapshot *s, struct error *err)
{
    bool bounded = o->after || o->before;
    if (!bounded && !filter_options_given(&o->limits))
        return BF_OK;
    filter_open(&o->filter, s);
    o->options.choice.filter = &o->filter;
    int rc = bounded ? apply_bounds(o, err) : BF_OK;
    return rc ? rc : filter_options_apply(&o->limits, &o->filter, err);
}

void similar_settings_free(struct similar_settings *o)
{
    filter_options_free(&o->limits);
    filter_free(&o->filter);
}
