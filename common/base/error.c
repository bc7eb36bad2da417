/* error.c - composing the one line that says what went wrong. */
#include "common/base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Names of files and pieces of archives end up in these lines: no control
 * byte of theirs may reach a terminal. */
static void replace_controls(char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7f)
            *text = '?';
}

int error_set(struct error *err, int code, const char *fmt, ...)
{
    if (!err)
        return code;
    va_list args;
    va_start(args, fmt);
    vsnprintf(err->text, sizeof err->text, fmt, args);
    va_end(args);
    replace_controls(err->text);
    err->code = code;
    return code;
}

int error_system(struct error *err, const char *path, const char *doing)
{
    char cause[128];
    const char *text = strerror_r(errno, cause, sizeof cause);
    return error_set(err, BF_ERR_SYSTEM, "%s: %s: %s", path, doing, text);
}

int error_prefix(struct error *err, const char *prefix)
{
    char old[sizeof err->text];
    memcpy(old, err->text, sizeof old);
    snprintf(err->text, sizeof err->text, "%s: %.700s", prefix, old);
    replace_controls(err->text);
    return err->code;
}
