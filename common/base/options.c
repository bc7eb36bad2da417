/* options.c - from the table to getopt_long, and from it to --help. */
#include "common/base/options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"

#define MOST_OPTIONS 64
#define HELP_CODE    1000 /* what getopt_long returns for --help; options follow */

static bool whole_number(const char *text, char **end, uint64_t *out)
{
    if (*text < '0' || *text > '9')
        return false;
    errno = 0;
    *out = strtoull(text, end, 10);
    return errno == 0;
}

bool option_bytes(const char *text, uint64_t *out)
{
    char *end;
    uint64_t value;
    if (!whole_number(text, &end, &value))
        return false;
    static const char units[] = "KMG";
    const char *unit = *end ? strchr(units, *end & ~0x20) : NULL;
    unsigned shift = unit ? 10 * (unsigned)(unit - units + 1) : 0;
    if (unit)
        end += end[1] == 'i' && end[2] == 'B' ? 3 : end[1] == 'B' ? 2 : 1;
    if (*end || value > UINT64_MAX >> shift)
        return false;
    *out = value << shift;
    return true;
}

static bool store(const struct option_spec *spec, const char *text)
{
    char *end = NULL;
    struct option_list *list;
    double number;
    switch (spec->kind) {
    case OPTION_FLAG:
        *(bool *)spec->value = true;
        return true;
    case OPTION_TEXT:
        *(const char **)spec->value = text;
        return true;
    case OPTION_COUNT:
        return whole_number(text, &end, spec->value) && !*end;
    case OPTION_BYTES:
        return option_bytes(text, spec->value);
    case OPTION_NUMBER:
        number = strtod(text, &end);
        if (end == text || *end || !isfinite(number))
            return false;
        *(double *)spec->value = number;
        return true;
    case OPTION_LIST:
        list = spec->value;
        mem_grow(list->texts, &list->capacity, list->count + 1);
        list->texts[list->count++] = text;
        return true;
    }
    return false;
}

struct getopt_tables {
    struct option longs[MOST_OPTIONS + 2];
    char shorts[2 * MOST_OPTIONS + 4];
    int count;
};

static void fill_tables(const struct option_spec *specs, struct getopt_tables *t)
{
    size_t s = 0;
    *t = (struct getopt_tables){0};
    t->shorts[s++] = ':';
    t->shorts[s++] = 'h';
    for (; specs[t->count].name && t->count < MOST_OPTIONS; t->count++) {
        const struct option_spec *spec = &specs[t->count];
        int has = spec->kind == OPTION_FLAG ? no_argument : required_argument;
        t->longs[t->count] = (struct option){spec->name, has, NULL, HELP_CODE + 1 + t->count};
        if (spec->letter) {
            t->shorts[s++] = spec->letter;
            if (has == required_argument)
                t->shorts[s++] = ':';
        }
    }
    t->longs[t->count] = (struct option){"help", no_argument, NULL, HELP_CODE};
}

static const struct option_spec *spec_of(const struct option_spec *specs, int code)
{
    if (code > HELP_CODE)
        return &specs[code - HELP_CODE - 1];
    for (; specs->name; specs++)
        if (specs->letter == code)
            return specs;
    return NULL;
}

/* Whether "--s=x" is short for more than one option. */
static bool is_ambiguous(const struct option_spec *specs, const char *word)
{
    size_t len = strcspn(word, "=");
    unsigned begin_so = 0;
    for (; specs->name && !strncmp(word, "--", 2); specs++)
        begin_so += !strncmp(specs->name, word + 2, len - 2);
    return begin_so > 1;
}

/* The word that getopt_long refused: it has not passed it while letters are left. */
static const char *option_at(int argc, char **argv)
{
    bool is_letter = optopt && optopt < HELP_CODE;
    bool is_left =
        is_letter && optind < argc && *argv[optind] == '-' && strchr(argv[optind], optopt);
    return argv[optind - !is_left];
}

/* A short option may stand among others, or begin what is no option at all. */
static int refuse_option(const struct command *command, const char *word, struct error *err)
{
    const char letter[] = {'-', (char)optopt, '\0'};
    bool is_letter = optopt > ' ' && optopt < 0x7f;
    if (optopt >= HELP_CODE)
        return error_set(err, BF_ERR_USAGE, "%s: the option %.*s takes no value", command->name,
                         (int)strcspn(word, "="), word);
    if (!is_letter && is_ambiguous(command->options, word))
        return error_set(err, BF_ERR_USAGE, "%s: the option %s may be one of several",
                         command->name, word);
    return error_set(err, BF_ERR_USAGE,
                     "%s: unknown option %s (an argument that begins with - goes behind --)",
                     command->name, is_letter ? letter : word);
}

int options_parse(const struct command *command, int argc, char **argv, int *first,
                  struct error *err)
{
    struct getopt_tables tables;
    fill_tables(command->options, &tables);
    optind = 0; /* glibc: start anew */
    opterr = 0;
    for (;;) {
        int code = getopt_long(argc, argv, tables.shorts, tables.longs, NULL);
        if (code == -1)
            break;
        if (code == 'h' || code == HELP_CODE)
            return BF_END;
        if (code == ':')
            return error_set(err, BF_ERR_USAGE, "%s: the option %s wants a value", command->name,
                             argv[optind - 1]);
        const struct option_spec *spec = code == '?' ? NULL : spec_of(command->options, code);
        if (!spec)
            return refuse_option(command, option_at(argc, argv), err);
        if (!store(spec, optarg))
            return error_set(err, BF_ERR_USAGE, "%s: --%s: \"%s\" is not %s", command->name,
                             spec->name, optarg,
                             spec->kind == OPTION_BYTES ? "a size such as 512M" : "a number");
    }
    *first = optind;
    int given = argc - optind;
    if (given < command->least || (command->most >= 0 && given > command->most))
        return error_set(err, BF_ERR_USAGE, "usage: %s %s", command->name, command->arguments);
    return BF_OK;
}

void options_help(FILE *out, const char *program, const struct command *command)
{
    fprintf(out, "usage: %s %s %s\n\n%s\n", program, command->name, command->arguments,
            command->summary);
    if (command->options->name)
        fprintf(out, "\noptions:\n");
    for (const struct option_spec *spec = command->options; spec->name; spec++) {
        char left[64];
        int n = spec->letter ? snprintf(left, sizeof left, "-%c, ", spec->letter)
                             : snprintf(left, sizeof left, "    ");
        snprintf(left + n, sizeof left - (size_t)n, "--%s%s%s", spec->name,
                 spec->argument ? " " : "", spec->argument ? spec->argument : "");
        fprintf(out, "  %-26s %s\n", left, spec->help);
    }
    if (command->notes)
        fprintf(out, "\n%s\n", command->notes);
}

void option_list_free(struct option_list *list)
{
    free(list->texts);
    *list = (struct option_list){0};
}
