/* latency.c - medians, then their distribution. */
#include "query/latency.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/base/mem.h"

void latency_init(struct latency *l, size_t queries, size_t rounds)
{
    *l = (struct latency){mem_zalloc(queries * rounds, sizeof *l->times), queries, rounds};
}

void latency_free(struct latency *l)
{
    free(l->times);
    *l = (struct latency){0};
}

double latency_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec * 1e-3;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void latency_print(struct latency *l, const char *what)
{
    if (!l->queries)
        return;
    double *medians = mem_alloc(l->queries * sizeof *medians), sum = 0;
    for (size_t q = 0; q < l->queries; q++) {
        double *times = l->times + q * l->rounds;
        qsort(times, l->rounds, sizeof *times, compare);
        medians[q] = times[l->rounds / 2];
        sum += medians[q];
    }
    qsort(medians, l->queries, sizeof *medians, compare);
    fprintf(stderr, "%s: %zu, microseconds each: mean %.1f, p50 %.1f, p95 %.1f, max %.1f\n", what,
            l->queries, sum / (double)l->queries, medians[l->queries / 2],
            medians[l->queries * 95 / 100], medians[l->queries - 1]);
    free(medians);
}
