/* target.c - the list of all targets. */
#include "tests/fuzz/target.h"

#include <string.h>

static const struct fuzz_target *const lists[] = {
    file_targets, codec_targets, index_targets, reader_targets, text_targets,
};

const struct fuzz_target *fuzz_target(size_t number)
{
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        for (const struct fuzz_target *t = lists[i]; t->name; t++)
            if (!number--)
                return t;
    return NULL;
}

const struct fuzz_target *fuzz_target_named(const char *name)
{
    const struct fuzz_target *t;
    for (size_t i = 0; (t = fuzz_target(i)) && strcmp(t->name, name) != 0;)
        i++;
    return t;
}
