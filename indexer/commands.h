/* commands.h - the sub-commands of backfile-index (see program.h for their contract). */
#ifndef INDEXER_COMMANDS_H
#define INDEXER_COMMANDS_H

#include <stdbool.h>

#include "common/base/interrupt.h"
#include "common/index/snapshot.h"
#include "common/io/program.h"

int command_add(int argc, char **argv, struct error *err);
int command_delete(int argc, char **argv, struct error *err);
int command_merge(int argc, char **argv, struct error *err);
int command_check(int argc, char **argv, struct error *err);
int command_salvage(int argc, char **argv, struct error *err);
int command_info(int argc, char **argv, struct error *err);

/* The line of --wait in a table of options. */
#define WAIT_OPTION(seconds)                                                                       \
    {                                                                                              \
        "wait", 0, OPTION_COUNT, (seconds), "SECONDS", "while another process writes (0)"          \
    }

/* The status of a run that a signal may have ended early: what went wrong comes before
 * the signal, and that before `status`, which is the one of success. */
static inline int exit_status_of_run(interrupt_flag *stopped, int rc, int status)
{
    if (rc && rc != BF_ERR_STOPPED)
        return exit_status_of(rc);
    return *stopped ? EXIT_SIGNAL + *stopped : status;
}

/* As program_parse, for this program. */
static inline int command_parse(const struct command *command, int argc, char **argv, int *first,
                                struct error *err)
{
    return program_parse("backfile-index", command, argc, argv, first, err);
}

/* The part of `info` that lists boilerplate; BF_END when there is none. */
int info_boilerplate(const struct snapshot *s, bool json, struct error *err);

#endif
