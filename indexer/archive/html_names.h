/* html_names.h - the named character references of HTML: &eacute; */
#ifndef ARCHIVE_HTML_NAMES_H
#define ARCHIVE_HTML_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTML_NAME_BYTES      31 /* of the longest name */
#define HTML_BARE_NAME_BYTES 6  /* of the longest that needs no ";" */

struct html_name {
    const char *name; /* without "&" and ";" */
    uint32_t first;   /* the characters it stands for */
    uint32_t second;  /* 0: there is one only */
    bool bare;        /* browsers read it without ";" too */
};

/* NULL when there is no such name. Case counts. */
const struct html_name *html_name_find(const char *p, size_t len);

#endif
