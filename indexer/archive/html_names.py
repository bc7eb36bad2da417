"""html_names.py - writes html_names.c: python3 html_names.py > html_names.c

The names of character references are those of HTML, as Python's html.entities
has them.
"""

import html.entities

HEAD = """\
/* html_names.c - written by html_names.py; do not edit. */
#include "indexer/archive/html_names.h"

#include <stdlib.h>
#include <string.h>

/* In byte order, without the ";". */
/* clang-format off */
static const struct html_name names[] = {
"""

TAIL = """\
};

struct key {
    const char *p;
    size_t len;
};

static int compare(const void *wanted, const void *element)
{
    const struct key *key = wanted;
    const char *name = ((const struct html_name *)element)->name;
    int order = strncmp(key->p, name, key->len);
    return order ? order : -(name[key->len] != '\\0');
}

const struct html_name *html_name_find(const char *p, size_t len)
{
    struct key key = {p, len};
    return bsearch(&key, names, sizeof names / sizeof *names, sizeof *names, compare);
}
"""


def main():
    known = html.entities.html5
    print(HEAD, end="")
    line = "   "
    for name in sorted(n[:-1] for n in known if n.endswith(";")):
        points = [ord(c) for c in known[name + ";"]] + [0]
        bare = "true" if name in known else "false"
        entry = f'{{"{name}", {points[0]}, {points[1]}, {bare}}},'
        if len(line) + len(entry) + 1 > 100:
            print(line)
            line = "   "
        line += " " + entry
    print(line)
    print(TAIL, end="")


main()
