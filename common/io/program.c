/* program.c - picks the command, prints the one message, ends. */
#include "common/io/program.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "common/base/version.h"
#include "common/io/fault.h"
#include "common/io/file.h"

static void print_commands(const struct program *program, FILE *out)
{
    fprintf(out, "usage: %s COMMAND ...\n\n%s\n\ncommands:\n", program->name, program->purpose);
    for (const struct command_entry *c = program->commands; c->name; c++)
        fprintf(out, "  %-8s %s\n", c->name, c->summary);
    fprintf(out, "\n`%s COMMAND --help` tells the rest.\n", program->name);
}

/* Whether all output has arrived; if not, errno says why. Where an earlier
 * write failed its errno is gone: then one more byte meets the same cause. */
static bool flush_output(void)
{
    errno = 0;
    if (!fflush(stdout) && !ferror(stdout))
        return true;
    if (!errno) {
        clearerr(stdout);
        putchar('\n');
        fflush(stdout);
    }
    return false;
}

/* A reader who has seen enough closes the pipe: that is no error, nor does it
 * take anything from what else went wrong. */
static int finish(const struct program *program, int status, struct error *err)
{
    if (!flush_output() && errno != EPIPE) {
        error_system(err, "standard output", "writing");
        status = EXIT_INDEX;
    }
    if (err->code)
        fprintf(stderr, "%s: %s\n", program->name, err->text);
    return status;
}

static bool is_one_of(const char *word, const char *a, const char *b, const char *c)
{
    return !strcmp(word, a) || !strcmp(word, b) || !strcmp(word, c);
}

int program_main(const struct program *program, int argc, char **argv)
{
    struct error err = {0};
    file_open_standard();
    fault_install();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN);
    if (argc < 2) {
        print_commands(program, stderr);
        return EXIT_USAGE;
    }
    if (is_one_of(argv[1], "--help", "-h", "help")) {
        print_commands(program, stdout);
        return finish(program, EXIT_DONE, &err);
    }
    if (is_one_of(argv[1], "--version", "-V", "version")) {
        printf("%s %s\n", program->name, BACKFILE_VERSION);
        return finish(program, EXIT_DONE, &err);
    }
    for (const struct command_entry *c = program->commands; c->name; c++)
        if (!strcmp(argv[1], c->name))
            return finish(program, c->run(argc - 1, argv + 1, &err), &err);
    fprintf(stderr, "%s: no command \"%.40s\"; see %s --help\n", program->name, argv[1],
            program->name);
    return EXIT_USAGE;
}

int program_parse(const char *program, const struct command *command, int argc, char **argv,
                  int *first, struct error *err)
{
    int rc = options_parse(command, argc, argv, first, err);
    if (rc == BF_END)
        options_help(stdout, program, command);
    return rc;
}
