/* url.c - scheme://[user@]host[:port][/path][?query][#fragment], part by part. */
#include "indexer/archive/url.h"

#include <string.h>
#include <strings.h>

struct part {
    const char *p;
    size_t len;
};

/* Parameters that say how the reader came, not what is read. */
static const char *const tracing[] = {
    "fbclid", "gclid",       "gclsrc",      "dclid",     "msclkid", "yclid",     "igshid",
    "mc_cid", "mc_eid",      "_ga",         "_gl",       "ref_src", "wt_mc",     "wt.mc",
    "cmpid",  "ocid",        "ito",         "smid",      "xtor",    "at_medium", "at_campaign",
    "CMP",    "ns_campaign", "ns_mchannel", "ns_source",
};

static bool equals(struct part part, const char *text)
{
    return part.len == strlen(text) && strncasecmp(part.p, text, part.len) == 0;
}

static bool starts_with(struct part part, const char *text)
{
    return part.len >= strlen(text) && strncasecmp(part.p, text, strlen(text)) == 0;
}

static void drop(struct part *part, size_t n)
{
    part->p += n;
    part->len -= n;
}

/* Takes what stands before the first of the characters, and leaves the rest. */
static struct part split(struct part *rest, const char *characters)
{
    struct part before = {rest->p, 0};
    while (before.len < rest->len && !strchr(characters, rest->p[before.len]))
        before.len++;
    drop(rest, before.len);
    return before;
}

static void drop_usual_port(struct part *host)
{
    static const char *const ports[] = {":80", ":443", ":"};
    for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
        size_t n = strlen(ports[i]);
        if (host->len > n && memcmp(host->p + host->len - n, ports[i], n) == 0) {
            host->len -= n;
            return;
        }
    }
}

static void add_host(struct buf *out, struct part host)
{
    if (starts_with(host, "www.") && memchr(host.p + 4, '.', host.len - 4))
        drop(&host, 4);
    for (size_t i = 0; i < host.len; i++) {
        char c = host.p[i];
        buf_putc(out, c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c);
    }
}

static void add_path(struct buf *out, struct part path)
{
    while (path.len && path.p[path.len - 1] == '/')
        path.len--;
    buf_add(out, path.p, path.len);
}

static bool is_tracing(struct part parameter)
{
    struct part name = split(&parameter, "=");
    if (starts_with(name, "utm_"))
        return true;
    for (size_t i = 0; i < sizeof tracing / sizeof *tracing; i++)
        if (equals(name, tracing[i]))
            return true;
    return false;
}

/* The query comes with its "?". */
static void add_query(struct buf *out, struct part query)
{
    char separator = '?';
    while (query.len) {
        drop(&query, 1);
        struct part parameter = split(&query, "&");
        if (!parameter.len || is_tracing(parameter))
            continue;
        buf_putc(out, separator);
        buf_add(out, parameter.p, parameter.len);
        separator = '&';
    }
}

bool url_canonical(const char *url, size_t len, struct buf *out)
{
    struct part rest = {url, len};
    if (starts_with(rest, "https://"))
        drop(&rest, 8);
    else if (starts_with(rest, "http://"))
        drop(&rest, 7);
    else
        return false;
    struct part host = split(&rest, "/?#");
    drop_usual_port(&host);
    if (!host.len)
        return false;
    buf_puts(out, "https://");
    add_host(out, host);
    add_path(out, split(&rest, "?#"));
    add_query(out, split(&rest, "#"));
    if (starts_with(rest, "#!"))
        buf_add(out, rest.p, rest.len);
    return true;
}
