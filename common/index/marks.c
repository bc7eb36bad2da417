/* marks.c - by the kernels. */
#include "common/index/marks.h"

#include "common/codec/kernels.h"

void marks_set(struct marks *m, const uint32_t *numbers, unsigned n, uint32_t least, uint32_t most)
{
    kernels_best()->mark(numbers, n, least, most, m->words);
}

unsigned marks_keep(const struct marks *m, uint32_t *numbers, unsigned n)
{
    return kernels_best()->keep(numbers, n, m->words, numbers);
}
