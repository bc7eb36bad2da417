/* progress.c - the line, and how long it will take. */
#include "common/base/progress.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define INTERVAL 0.2

double progress_clock(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

void progress_start(struct progress *p, uint64_t total, bool quiet)
{
    *p = (struct progress){
        .shown = !quiet && isatty(STDERR_FILENO), .started = progress_clock(), .total = total};
}

static bool due(struct progress *p, double now)
{
    if (!p->shown || now - p->last < INTERVAL)
        return false;
    p->last = now;
    return true;
}

static void print_left(const struct progress *p, uint64_t done, double spent)
{
    if (done && p->total > done) {
        double left = spent * (double)(p->total - done) / (double)done;
        fprintf(stderr, ", %d:%02d left", (int)left / 60, (int)left % 60);
    }
    fputs("\033[K", stderr);
}

void progress_bytes(struct progress *p, uint64_t bytes, uint64_t articles)
{
    double now = progress_clock(), spent = now - p->started;
    if (!due(p, now))
        return;
    double mb = (double)bytes / 1e6;
    fprintf(stderr, "\r%" PRIu64 " articles, %.0f MB, %.1f MB/s", articles, mb,
            spent > 0 ? mb / spent : 0);
    print_left(p, bytes, spent);
}

void progress_articles(struct progress *p, uint64_t articles)
{
    double now = progress_clock(), spent = now - p->started;
    if (!due(p, now))
        return;
    fprintf(stderr, "\r%" PRIu64 " of %" PRIu64 " articles, %.0f a second", articles, p->total,
            spent > 0 ? (double)articles / spent : 0);
    print_left(p, articles, spent);
}

void progress_end(struct progress *p)
{
    if (p->shown && p->last > 0)
        fputs("\r\033[K", stderr);
    p->shown = false;
}
