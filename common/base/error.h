/*
 * error.h - how a function says what went wrong.
 *
 * A function that can fail returns one of the codes below and, when it is not
 * BF_OK or BF_END, has composed one line for a person into the caller's
 * struct error. Only a program's main prints that line. On failure the
 * function's out-parameters are untouched unless its header says otherwise,
 * and whatever it had acquired is released.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

enum {
    BF_OK = 0,
    BF_END = 1,          /* nothing more to read: not an error, no text is set */
    BF_ERR_SYSTEM = -1,  /* a system call failed; the text names path and cause */
    BF_ERR_DAMAGED = -2, /* bytes on disk contradict FORMAT.md; the text names file and offset */
    BF_ERR_TOO_NEW = -3, /* written by a newer version of the format */
    BF_ERR_TOO_OLD = -4, /* written by a version no longer read */
    BF_ERR_LOCKED = -5,  /* another process is writing */
    BF_ERR_MISSING = -6, /* the index, article or file asked for is not there */
    BF_ERR_USAGE = -7,   /* the caller's words are off: options, query syntax */
    BF_ERR_INPUT = -8,   /* a record of an archive cannot be used */
    BF_ERR_LIMIT = -9,   /* a documented limit would be exceeded */
    BF_ERR_STOPPED = -10 /* a signal asked for the end: see interrupt.h */
};

struct error {
    int code;
    char text[768]; /* one line, no newline, always terminated */
};

/* Composes the text (control bytes become '?') and returns code, so that a
 * failing function ends with `return error_set(err, BF_ERR_..., ...)`.
 * err may be NULL when the caller only wants the code. */
int error_set(struct error *err, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* error_set(BF_ERR_SYSTEM) for errno: "path: doing: No space left on device". */
int error_system(struct error *err, const char *path, const char *doing);

/* Puts "prefix: " before the text that is there. Returns err's code. */
int error_prefix(struct error *err, const char *prefix);

#endif
