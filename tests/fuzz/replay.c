/*
 * replay.c - runs every target over its corpus: replay tests/fuzz/corpus
 *
 * A file that crashes a target names itself before it is run, in a line that
 * the next one overwrites. Each input is handed over in a block of its size.
 * `replay --targets` prints the targets' names.
 */
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "common/base/mem.h"
#include "tests/fuzz/target.h"
#include "tests/unit/scratch.h"

static void run_file(const struct fuzz_target *t, const char *path)
{
    struct buf bytes = {0};
    scratch_read(path, &bytes);
    unsigned char *exact = exact_copy(bytes.data, bytes.len);
    t->run(exact, bytes.len, t->arg);
    free(exact);
    buf_free(&bytes);
}

static unsigned run_directory(const struct fuzz_target *t, const char *corpus)
{
    unsigned count = 0;
    char *path = scratch_path(corpus, t->name);
    struct dirent **names;
    int found = scandir(path, &names, NULL, alphasort);
    for (int i = 0; i < found; i++) {
        char *file = scratch_path(path, names[i]->d_name);
        if (*names[i]->d_name != '.') {
            fprintf(stderr, "replaying %s\n", file);
            run_file(t, file);
            count++;
        }
        free(file);
        free(names[i]);
    }
    if (found >= 0)
        free(names);
    free(path);
    return count;
}

static int replay(const char *corpus)
{
    const struct fuzz_target *t;
    unsigned inputs = 0, targets = 0, empty = 0;
    for (; (t = fuzz_target(targets)); targets++) {
        if (t->start)
            t->start();
        unsigned here = run_directory(t, corpus);
        if (!here)
            printf("no corpus: %s\n", t->name);
        empty += !here;
        inputs += here;
    }
    printf("%u inputs of %u targets\n", inputs, targets);
    return empty != 0;
}

int main(int argc, char **argv)
{
    const struct fuzz_target *t;
    if (argc == 2 && !strcmp(argv[1], "--targets"))
        for (size_t i = 0; (t = fuzz_target(i)); i++)
            puts(t->name);
    else if (argc == 2)
        return replay(argv[1]);
    else
        return fprintf(stderr, "usage: replay CORPUS | --targets\n"), 2;
    return 0;
}
