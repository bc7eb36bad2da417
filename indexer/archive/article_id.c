/* article_id.c - the id given, made from the URL, or hashed from the content. */
#include "indexer/archive/article_id.h"

#include <inttypes.h>
#include <string.h>

#include "common/base/hash.h"
#include "indexer/archive/archive.h"
#include "indexer/archive/span.h"
#include "indexer/archive/url.h"

static bool is_control(unsigned char c)
{
    return c < 0x20 || c == 0x7f;
}

/* U+0080 to U+009F, in two bytes. */
static bool is_high_control(const char *p, const char *end)
{
    return end - p > 1 && (unsigned char)p[0] == 0xC2 && (unsigned char)p[1] < 0xA0;
}

void id_from_given(const char *text, size_t len, struct buf *out)
{
    const char *p = text, *end = text + len;
    while (p < end && is_ascii_space(*p))
        p++;
    while (end > p && is_ascii_space(end[-1]))
        end--;
    for (; p < end; p++) {
        if (is_high_control(p, end))
            buf_printf(out, "%%C2%%%02X", (unsigned char)*++p);
        else if (is_control((unsigned char)*p))
            buf_printf(out, "%%%02X", (unsigned char)*p);
        else
            buf_putc(out, *p);
    }
}

static void add_hash(const struct buf *content, struct buf *out)
{
    buf_printf(out, "h-%016" PRIx64, hash64(content->data, content->len, 0));
}

bool id_from_url(const char *url, struct buf *out)
{
    struct buf canonical = {0};
    bool is_url = url_canonical(url, strlen(url), &canonical);
    if (is_url && canonical.len > ARCHIVE_MAX_ID_BYTES)
        add_hash(&canonical, out);
    else if (is_url)
        buf_add(out, canonical.data, canonical.len);
    buf_free(&canonical);
    return is_url;
}

static void add_part(struct buf *content, const char *part)
{
    buf_add(content, part, strlen(part) + 1);
}

void id_from_content(const struct article *a, struct buf *out)
{
    char date[DATE_TEXT_BYTES];
    struct buf content = {0};
    date_format(&a->date, date);
    add_part(&content, a->source);
    add_part(&content, a->title);
    add_part(&content, date);
    if (!*a->title || !*date)
        add_part(&content, a->body);
    add_hash(&content, out);
    buf_free(&content);
}
