/* place.c - a directory with room for one file. */
#include "tests/unit/place.h"

#include <stdlib.h>

#include "common/base/mem.h"
#include "common/io/file.h"
#include "tests/unit/reframe.h"
#include "tests/unit/scratch.h"

int place_set_up(void **state)
{
    struct place *p = mem_alloc(sizeof *p);
    without_sync(state);
    p->dir = scratch_new();
    p->path = scratch_path(p->dir, "framed");
    *state = p;
    return 0;
}

int place_tear_down(void **state)
{
    struct place *p = *state;
    scratch_free(p->dir);
    free(p->path);
    free(p);
    return 0;
}

int without_sync(void **unused)
{
    (void)unused;
    file_calls.fsync = no_fsync;
    return 0;
}
