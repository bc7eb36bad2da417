/*
 * program.h - what the two programs' mains have in common.
 *
 * A program is a table of commands. A command gets its own argv (argv[0] is
 * its name) and returns the exit status; a failure's one line is left in *err
 * for program_main to print. Results go to standard output, everything else
 * to standard error.
 */
#ifndef IO_PROGRAM_H
#define IO_PROGRAM_H

#include "common/base/exit_status.h"
#include "common/base/options.h"

struct command_entry {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv, struct error *err);
};

struct program {
    const char *name;
    const char *purpose;                  /* a sentence for --help */
    const struct command_entry *commands; /* ended by a NULL name */
};

int program_main(const struct program *program, int argc, char **argv);

/* As options_parse, and prints the help when it was asked for (BF_END).
 * program is the program's name. */
int program_parse(const char *program, const struct command *command, int argc, char **argv,
                  int *first, struct error *err);

/* The status to end with when program_parse did not return BF_OK. */
static inline int program_parse_status(int rc)
{
    return rc == BF_END ? EXIT_DONE : EXIT_USAGE;
}

#endif
