/* libfuzzer.c - runs the target that the program's name says under libFuzzer. */
#include "tests/fuzz/target.h"

#include <stdint.h>
#include <string.h>

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const struct fuzz_target *target;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    const char *slash = strrchr(**argv, '/');
    const char *name = slash ? slash + 1 : **argv;
    (void)argc;
    target = fuzz_target_named(name);
    if (!target) {
        fprintf(stderr, "%s: no such fuzz target; there are:\n", name);
        for (size_t i = 0; (target = fuzz_target(i)); i++)
            fprintf(stderr, "    %s\n", target->name);
        exit(2);
    }
    if (target->start)
        target->start();
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    target->run(p, n, target->arg);
    return 0;
}
