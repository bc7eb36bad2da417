/* main.c - backfile-index. */
#include "common/base/mem.h"
#include "indexer/commands.h"

int main(int argc, char **argv)
{
    static const struct command_entry commands[] = {
        {"add", "index archives, or extend an index", command_add},
        {"delete", "delete articles by id", command_delete},
        {"merge", "merge all segments into one", command_merge},
        {"check", "verify everything in an index", command_check},
        {"salvage", "make a new index from what is whole in a damaged one", command_salvage},
        {"info", "say what an index holds", command_info},
        {NULL, NULL, NULL},
    };
    static const struct program program = {
        "backfile-index", "Builds and keeps an index of articles for backfile-query.", commands};
    mem_return_large_blocks();
    return program_main(&program, argc, argv);
}
