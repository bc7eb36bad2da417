/* batch.c - copying records into a batch, and handing batches over. */
#include "indexer/batch.h"

#include <stdlib.h>
#include <string.h>

/* Records that follow one another mostly have one context between them. */
static const char *copy_context(struct batch *b, const struct record *r)
{
    const struct record *last = b->count ? &b->records[b->count - 1] : NULL;
    if (!r->context)
        return NULL;
    if (last && last->context && last->context_len == r->context_len &&
        memcmp(last->context, r->context, r->context_len) == 0)
        return last->context;
    b->bytes += r->context_len;
    return arena_strndup(&b->arena, r->context, r->context_len);
}

void batch_add(struct batch *b, const struct record *r)
{
    mem_grow(b->records, &b->capacity, b->count + 1);
    struct record *copy = &b->records[b->count];
    *copy = *r;
    copy->data = arena_strndup(&b->arena, r->data, r->len);
    bool same_source = b->count && !strcmp(copy[-1].source, r->source);
    copy->source =
        same_source ? copy[-1].source : arena_strndup(&b->arena, r->source, strlen(r->source));
    copy->context = copy_context(b, r);
    b->count++;
    b->bytes += r->len;
}

void batch_free(struct batch *b)
{
    if (!b)
        return;
    arena_free(&b->arena);
    free(b->records);
    free(b);
}

void queue_init(struct queue *q)
{
    *q = (struct queue){0};
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->changed, NULL);
}

void queue_destroy(struct queue *q)
{
    while (q->count) {
        batch_free(q->batches[q->first]);
        q->first = (q->first + 1) % QUEUE_BATCHES;
        q->count--;
    }
    pthread_mutex_destroy(&q->lock);
    pthread_cond_destroy(&q->changed);
}

bool queue_put(struct queue *q, struct batch *b)
{
    pthread_mutex_lock(&q->lock);
    while (q->count == QUEUE_BATCHES && !q->aborted)
        pthread_cond_wait(&q->changed, &q->lock);
    bool taken = !q->aborted;
    if (taken) {
        q->batches[(q->first + q->count++) % QUEUE_BATCHES] = b;
        pthread_cond_signal(&q->changed);
    }
    pthread_mutex_unlock(&q->lock);
    if (!taken)
        batch_free(b);
    return taken;
}

struct batch *queue_take(struct queue *q)
{
    struct batch *b = NULL;
    pthread_mutex_lock(&q->lock);
    while (!q->count && !q->closed && !q->aborted)
        pthread_cond_wait(&q->changed, &q->lock);
    if (q->count && !q->aborted) {
        b = q->batches[q->first];
        q->first = (q->first + 1) % QUEUE_BATCHES;
        q->count--;
        pthread_cond_signal(&q->changed);
    }
    pthread_mutex_unlock(&q->lock);
    return b;
}

static void set(struct queue *q, bool *flag)
{
    pthread_mutex_lock(&q->lock);
    *flag = true;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
}

void queue_close(struct queue *q)
{
    set(q, &q->closed);
}

void queue_abort(struct queue *q)
{
    set(q, &q->aborted);
}
