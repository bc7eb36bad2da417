/* exit_status.h - what both programs tell their caller when they end. */
#ifndef BASE_EXIT_STATUS_H
#define BASE_EXIT_STATUS_H

#include "common/base/error.h"

enum exit_status {
    EXIT_DONE = 0,
    EXIT_FOUND_NOTHING = 1,
    EXIT_USAGE = 2,
    EXIT_INDEX = 3,   /* missing, damaged, of another version; or a system call failed */
    EXIT_SKIPPED = 4, /* done, but some records were left out */
    EXIT_LOCKED = 5,  /* another process is writing to the index */
    EXIT_SIGNAL = 128 /* and the number of the signal that ended the run */
};

static inline int exit_status_of(int code)
{
    if (code == BF_OK)
        return EXIT_DONE;
    if (code == BF_END)
        return EXIT_FOUND_NOTHING;
    if (code == BF_ERR_LOCKED)
        return EXIT_LOCKED;
    return code == BF_ERR_USAGE ? EXIT_USAGE : EXIT_INDEX;
}

#endif
