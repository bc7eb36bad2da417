/*
 * compare_html.c - the scanner of HTML against gumbo, on files that are HTML:
 * compare-html FILE...
 *
 * Prints how many elements were compared and how they agree; status 1 when one
 * disagrees.
 */
#include <stdio.h>

#include "tests/unit/html_oracle.h"

static void read_all(const char *path, struct buf *out)
{
    FILE *file = fopen(path, "rb");
    out->len = 0;
    if (!file)
        return;
    for (size_t n = 1; n > 0;) {
        buf_reserve(out, 65536);
        n = fread(out->data + out->len, 1, 65536, file);
        out->len += n;
    }
    fclose(file);
}

int main(int argc, char **argv)
{
    struct html_agreement a = {0};
    struct buf html = {0};
    bool compared = true;
    for (int i = 1; i < argc && compared; i++) {
        read_all(argv[i], &html);
        compared = html_compare((const char *)html.data, html.len, &a);
    }
    if (compared)
        printf(
            "  %zu elements: %zu equal, %zu in documents that gumbo rearranged, %zu different\n%s",
            a.elements, a.equal, a.moved, a.different, buf_text(&a.report));
    else
        puts("  skipped: built without gumbo");
    buf_free(&html);
    buf_free(&a.report);
    return a.different > 0;
}
