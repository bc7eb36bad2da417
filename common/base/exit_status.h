/* exit_status.h - what both programs tell their caller when they end. */
#ifndef BASE_EXIT_STATUS_H
#define BASE_EXIT_STATUS_H

#include "common/base/error.h"

enum exit_status {
    EXIT_DONE = 0,
    EXIT_FOUND_NOTHING = 1,
    EXIT_USAGE = 2,
    EXIT_INDEX = 3,  /* missing, locked, damaged; or a system call failed */
    EXIT_SKIPPED = 4 /* done, but some records were left out */
};

static inline int exit_status_of(int code)
{
    if (code == BF_OK)
        return EXIT_DONE;
    if (code == BF_END)
        return EXIT_FOUND_NOTHING;
    return code == BF_ERR_USAGE ? EXIT_USAGE : EXIT_INDEX;
}

#endif
