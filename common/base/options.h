/*
 * options.h - one table of options feeds parsing and --help.
 *
 * A program is a list of commands; a command has a table of options, ended by
 * an entry without a name. Long options are parsed as getopt_long does; "--"
 * ends them; options and arguments may mix.
 */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/base/error.h"

enum option_kind {
    OPTION_FLAG,   /* bool: becomes true */
    OPTION_TEXT,   /* const char *: the argument itself */
    OPTION_COUNT,  /* uint64_t */
    OPTION_NUMBER, /* double */
    OPTION_BYTES,  /* uint64_t: 512M, 2G, 65536 (K, M, G are powers of 1,024) */
    OPTION_LIST    /* struct option_list: may be given several times */
};

struct option_list {
    const char **texts;
    size_t count, capacity;
};

struct option_spec {
    const char *name; /* without dashes; NULL ends the table */
    char letter;      /* of the short form; 0 for none */
    enum option_kind kind;
    void *value;
    const char *argument; /* its name in --help; NULL for a flag */
    const char *help;
};

struct command {
    const char *name;
    const char *arguments; /* as in --help: "INDEX SOURCE..." */
    const char *summary;
    int least, most; /* number of arguments; most -1 for any */
    const struct option_spec *options;
    const char *notes; /* more lines for --help, or NULL */
};

/*
 * Parses argv[1..]. *first is the index of the first argument: options are
 * moved in front of the arguments. BF_END when --help was asked for;
 * BF_ERR_USAGE for unknown options, bad values or a wrong number of arguments.
 */
int options_parse(const struct command *command, int argc, char **argv, int *first,
                  struct error *err);

void options_help(FILE *out, const char *program, const struct command *command);
void option_list_free(struct option_list *list);

/* "512M" and such. */
bool option_bytes(const char *text, uint64_t *out);

#endif
