/* fault.c - the SIGBUS handler: reads only the table below and calls write and _exit. */
#include "common/io/fault.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define MOST_MAPPINGS 10240 /* an index of the most segments has 8,193 files */
#define TAIL_BYTES    8
#define EXIT_DAMAGED  3

/* A slot is free while map is NULL; len and path are set before map. */
static struct mapping {
    const char *volatile map;
    volatile size_t len;
    const char *volatile path;
    char tail[TAIL_BYTES]; /* the last bytes; zeros where there are fewer */
} mappings[MOST_MAPPINGS];
static volatile int slots_used; /* those behind were never used */
static pthread_mutex_t mappings_lock = PTHREAD_MUTEX_INITIALIZER;

static void say(const char *text)
{
    ssize_t ignored = write(STDERR_FILENO, text, strlen(text));
    (void)ignored;
}

static void end(const struct mapping *m)
{
    say("backfile: index damaged: ");
    say(m->path);
    say(": the file became shorter or its disk failed while it was read\n");
    _exit(EXIT_DAMAGED);
}

static void on_fault(int signal_number, siginfo_t *info, void *context)
{
    (void)context;
    uintptr_t at = (uintptr_t)info->si_addr;
    for (int i = 0; i < slots_used; i++) {
        uintptr_t from = (uintptr_t)mappings[i].map;
        if (from && at >= from && at - from < mappings[i].len)
            end(&mappings[i]);
    }
    signal(signal_number, SIG_DFL);
    raise(signal_number);
}

void fault_install(void)
{
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, NULL);
}

static void read_tail(const struct mapping *m, char tail[TAIL_BYTES])
{
    size_t n = m->len < TAIL_BYTES ? m->len : TAIL_BYTES;
    memset(tail, 0, TAIL_BYTES);
    memcpy(tail, m->map + (m->len - n), n);
}

static void check(const struct mapping *m)
{
    char tail[TAIL_BYTES];
    read_tail(m, tail);
    if (memcmp(tail, m->tail, TAIL_BYTES) != 0)
        end(m);
}

void fault_watch(const void *map, size_t len, const char *path)
{
    pthread_mutex_lock(&mappings_lock);
    for (int i = 0; i < MOST_MAPPINGS; i++) {
        struct mapping *m = &mappings[i];
        if (m->map)
            continue;
        m->len = len;
        m->path = path;
        m->map = map;
        if (slots_used <= i)
            slots_used = i + 1;
        read_tail(m, m->tail);
        break;
    }
    pthread_mutex_unlock(&mappings_lock);
}

void fault_unwatch(const void *map)
{
    pthread_mutex_lock(&mappings_lock);
    for (int i = 0; i < slots_used; i++) {
        if (mappings[i].map != map)
            continue;
        check(&mappings[i]);
        mappings[i].map = NULL;
    }
    pthread_mutex_unlock(&mappings_lock);
}

void fault_check(void)
{
    pthread_mutex_lock(&mappings_lock);
    for (int i = 0; i < slots_used; i++)
        if (mappings[i].map)
            check(&mappings[i]);
    pthread_mutex_unlock(&mappings_lock);
}
