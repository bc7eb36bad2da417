/* commands.h - the sub-commands of backfile-query (see program.h for their contract). */
#ifndef QUERY_COMMANDS_H
#define QUERY_COMMANDS_H

#include "common/io/program.h"

int command_search(int argc, char **argv, struct error *err);
int command_similar(int argc, char **argv, struct error *err);
int command_show(int argc, char **argv, struct error *err);
int command_terms(int argc, char **argv, struct error *err);
int command_analyze(int argc, char **argv, struct error *err);
int command_eval(int argc, char **argv, struct error *err);

/* As program_parse, for this program. */
static inline int command_parse(const struct command *command, int argc, char **argv, int *first,
                                struct error *err)
{
    return program_parse("backfile-query", command, argc, argv, first, err);
}

#endif
