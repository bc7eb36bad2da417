/* main.c - backfile-query. */
#include "query/commands.h"

int main(int argc, char **argv)
{
    static const struct command_entry commands[] = {
        {"search", "find articles, best first", command_search},
        {"similar", "list an article's similar readings, or every article's", command_similar},
        {"show", "print an article's page", command_show},
        {"terms", "list terms of the index", command_terms},
        {"analyze", "show what becomes of a text", command_analyze},
        {"eval", "measure rankings against judgements", command_eval},
        {NULL, NULL, NULL},
    };
    static const struct program program = {
        "backfile-query", "Asks an index that backfile-index made. Never changes it.", commands};
    return program_main(&program, argc, argv);
}
