/* fault.c - the SIGBUS handler: reads only the table below and calls write and _exit. */
#include "common/io/fault.h"

#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define MOST_MAPPINGS 4096
#define EXIT_DAMAGED  3

/* A slot is free while map is NULL; len and path are set before map. */
static struct mapping {
    const char *volatile map;
    volatile size_t len;
    const char *volatile path;
} mappings[MOST_MAPPINGS];
static pthread_mutex_t mappings_lock = PTHREAD_MUTEX_INITIALIZER;

static void say(const char *text)
{
    ssize_t ignored = write(STDERR_FILENO, text, strlen(text));
    (void)ignored;
}

static void on_fault(int signal_number, siginfo_t *info, void *context)
{
    (void)context;
    uintptr_t at = (uintptr_t)info->si_addr;
    for (int i = 0; i < MOST_MAPPINGS; i++) {
        uintptr_t from = (uintptr_t)mappings[i].map;
        if (!from || at < from || at - from >= mappings[i].len)
            continue;
        say("backfile: index damaged: ");
        say(mappings[i].path);
        say(": the file became shorter or its disk failed while it was read\n");
        _exit(EXIT_DAMAGED);
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

void fault_watch(const void *map, size_t len, const char *path)
{
    pthread_mutex_lock(&mappings_lock);
    for (int i = 0; i < MOST_MAPPINGS; i++) {
        if (mappings[i].map)
            continue;
        mappings[i].len = len;
        mappings[i].path = path;
        mappings[i].map = map;
        break;
    }
    pthread_mutex_unlock(&mappings_lock);
}

void fault_unwatch(const void *map)
{
    pthread_mutex_lock(&mappings_lock);
    for (int i = 0; i < MOST_MAPPINGS; i++)
        if (mappings[i].map == map)
            mappings[i].map = NULL;
    pthread_mutex_unlock(&mappings_lock);
}
