/* uri.c - references to absolute URIs. */
#include "indexer/archive/uri.h"

#include <string.h>

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* The length of "scheme:", or 0. */
static size_t scheme_length(const char *text, size_t len)
{
    size_t n = 0;
    while (n < len && (is_letter(text[n]) ||
                       (n && ((text[n] >= '0' && text[n] <= '9') || strchr("+-.", text[n])))))
        n++;
    return n && n < len && text[n] == ':' ? n + 1 : 0;
}

bool uri_is_absolute(const char *text, size_t len)
{
    return scheme_length(text, len) > 0;
}

/* Bytes before the first of the characters, from `start` on. */
static size_t before(const char *text, size_t len, size_t start, const char *stops)
{
    while (start < len && !strchr(stops, text[start]))
        start++;
    return start;
}

/* Adds the path behind out->len `root`, without its "." and ".." segments. */
static void add_path(struct buf *out, size_t root, const char *path, size_t len)
{
    size_t i = 0;
    while (i < len) {
        size_t end = before(path, len, i, "/");
        bool more = end < len;
        if (end - i == 2 && path[i] == '.' && path[i + 1] == '.') {
            if (out->len > root)
                out->len--; /* the slash */
            while (out->len > root && out->data[out->len - 1] != '/')
                out->len--;
        } else if (end - i != 1 || path[i] != '.') {
            buf_add(out, path + i, end - i + more);
        }
        i = end + more;
    }
}

/* What the reference's path is at the base's, as RFC 3986 merges the two. */
static void add_merged_path(const char *path, size_t len, const char *reference, size_t n,
                            struct buf *out)
{
    size_t root = out->len + 1, folder = len;
    while (folder && path[folder - 1] != '/')
        folder--;
    buf_putc(out, '/');
    if (*reference == '/') {
        add_path(out, root, reference + 1, n - 1);
        return;
    }
    if (folder)
        add_path(out, root, path + 1, folder - 1);
    add_path(out, root, reference, n);
}

void uri_resolve(const char *base, size_t base_len, const char *reference, size_t len,
                 struct buf *out)
{
    size_t scheme = scheme_length(base, base_len);
    bool authority = scheme && base_len - scheme > 2 && memcmp(base + scheme, "//", 2) == 0;
    if (uri_is_absolute(reference, len) || !authority) {
        buf_add(out, reference, len);
        return;
    }
    size_t host_end = before(base, base_len, scheme + 2, "/?#");
    size_t path_end = before(base, base_len, host_end, "?#");
    size_t query_end = before(base, base_len, path_end, "#");
    size_t path = before(reference, len, 0, "?#");
    if (len > 1 && memcmp(reference, "//", 2) == 0) {
        buf_add(out, base, scheme);
        path = 0;
    } else if (!path) {
        buf_add(out, base, len && *reference == '?' ? path_end : query_end);
    } else {
        buf_add(out, base, host_end);
        add_merged_path(base + host_end, path_end - host_end, reference, path, out);
    }
    buf_add(out, reference + path, len - path);
}
