/* place.h - the fixture of a test that writes one file, and of those that write many. */
#ifndef TESTS_UNIT_PLACE_H
#define TESTS_UNIT_PLACE_H

struct place {
    char *dir;  /* the test's own (scratch.h) */
    char *path; /* of the file "framed" in it, which is not there yet */
};

/* Set-up and tear-down for cmocka: *state is a struct place. Syncing to disk
 * is left out, from then on: it says nothing here and takes long. */
int place_set_up(void **state);
int place_tear_down(void **state);

/* The set-up of a group that only leaves syncing out. */
int without_sync(void **unused);

#endif
