/* record.c - fields by tag. */
#include "common/index/record.h"

#include "common/base/hash.h"
#include "common/index/limits.h"

enum {
    FIELD_BODY = 1,
    FIELD_URL,
    FIELD_SOURCE,
    FIELD_AUTHOR,
    FIELD_TAGS,
    FIELD_LANGUAGE,
    FIELD_SUMMARY,
    FIELD_SIMILAR,
    FIELD_CREATED = 16,
    FIELD_UPDATED,
    FIELD_LAST_READ,
    FIELD_READ_COUNT = 24
};

#define DATE_BYTES      9
#define DATE_ZONE_KNOWN 8u

static void put_field(struct buf *out, int tag, const void *p, size_t n)
{
    if (!n)
        return;
    buf_putc(out, tag);
    buf_counted(out, p, n);
}

static void put_string(struct buf *out, int tag, const char *s)
{
    put_field(out, tag, s, strlen(s));
}

static void put_date(struct buf *out, int tag, const struct date *d)
{
    unsigned char bytes[DATE_BYTES];
    if (d->precision == DATE_UNKNOWN)
        return;
    store_u64(bytes, (uint64_t)d->seconds);
    bytes[8] = (unsigned char)(d->precision | (d->zone_known ? DATE_ZONE_KNOWN : 0));
    put_field(out, tag, bytes, sizeof bytes);
}

static void put_count(struct buf *out, int tag, int64_t count)
{
    struct buf number = {0};
    if (count < 0)
        return;
    buf_varint(&number, (uint64_t)count);
    put_field(out, tag, number.data, number.len);
    buf_free(&number);
}

/* Every field behind the body. */
static void put_details(struct buf *out, const struct article *a)
{
    put_string(out, FIELD_URL, a->url);
    put_string(out, FIELD_SOURCE, a->source);
    put_string(out, FIELD_AUTHOR, a->author);
    put_string(out, FIELD_TAGS, a->tags);
    put_string(out, FIELD_LANGUAGE, a->language);
    put_string(out, FIELD_SUMMARY, a->summary);
    put_string(out, FIELD_SIMILAR, a->similar);
    put_date(out, FIELD_CREATED, &a->created);
    put_date(out, FIELD_UPDATED, &a->updated);
    put_date(out, FIELD_LAST_READ, &a->last_read);
    put_count(out, FIELD_READ_COUNT, a->read_count);
}

void record_encode(const struct article *a, struct buf *out)
{
    struct buf details = {0};
    put_details(&details, a);
    size_t body_bytes = a->body_len ? 1 + varint_bytes(a->body_len) + a->body_len : 0;
    buf_varint(out, body_bytes + details.len);
    put_field(out, FIELD_BODY, a->body, a->body_len);
    buf_add(out, details.data, details.len);
    buf_free(&details);
}

static bool take_date(const unsigned char *p, size_t n, struct date *out)
{
    if (n != DATE_BYTES || (p[8] & 7) > DATE_SECOND || p[8] > (DATE_SECOND | DATE_ZONE_KNOWN))
        return false;
    out->seconds = (int64_t)load_u64(p);
    out->precision = p[8] & 7;
    out->zone_known = (p[8] & DATE_ZONE_KNOWN) != 0;
    return true;
}

static const char **string_field(struct article *a, int tag)
{
    switch (tag) {
    case FIELD_BODY:
        return &a->body;
    case FIELD_URL:
        return &a->url;
    case FIELD_SOURCE:
        return &a->source;
    case FIELD_AUTHOR:
        return &a->author;
    case FIELD_TAGS:
        return &a->tags;
    case FIELD_LANGUAGE:
        return &a->language;
    case FIELD_SUMMARY:
        return &a->summary;
    case FIELD_SIMILAR:
        return &a->similar;
    default:
        return NULL;
    }
}

static bool take_field(struct bytes *in, struct arena *arena, struct article *a)
{
    const unsigned char *tag, *p;
    size_t n;
    if (!take_bytes(in, 1, &tag) || !take_counted(in, &p, &n))
        return false;
    const char **string = string_field(a, *tag);
    if (string) {
        *string = arena_strndup(arena, (const char *)p, n);
        if (*tag == FIELD_BODY)
            a->body_len = n;
        return true;
    }
    struct bytes number = bytes_of(p, n);
    uint64_t count;
    switch (*tag) {
    case FIELD_CREATED:
        return take_date(p, n, &a->created);
    case FIELD_UPDATED:
        return take_date(p, n, &a->updated);
    case FIELD_LAST_READ:
        return take_date(p, n, &a->last_read);
    case FIELD_READ_COUNT:
        if (!take_varint(&number, &count) || bytes_left(&number) || count > INT64_MAX)
            return false;
        a->read_count = (int64_t)count;
        return true;
    default:
        return false;
    }
}

bool record_decode(struct bytes *in, struct arena *arena, struct article *a)
{
    size_t n;
    const unsigned char *p;
    if (!take_counted(in, &p, &n))
        return false;
    struct bytes fields = bytes_of(p, n);
    while (bytes_left(&fields))
        if (!take_field(&fields, arena, a))
            return false;
    return true;
}

size_t record_title_length(const char *title)
{
    size_t n = strlen(title);
    if (n <= MAX_TITLE_LENGTH)
        return n;
    for (n = MAX_TITLE_LENGTH; n && ((unsigned char)title[n] & 0xC0) == 0x80;)
        n--;
    return n;
}

uint64_t record_body_hash(const struct article *a)
{
    return hash64(a->body, a->body_len, 0);
}

uint64_t record_content_hash(const struct article *a, uint64_t body_hash)
{
    struct buf all = {0};
    buf_counted(&all, a->id, strlen(a->id));
    buf_counted(&all, a->title, record_title_length(a->title));
    buf_counted(&all, a->category, strlen(a->category));
    buf_u64(&all, (uint64_t)a->date.seconds);
    buf_putc(&all, a->date.precision);
    buf_putc(&all, a->date.zone_known);
    buf_u64(&all, body_hash);
    put_details(&all, a);
    uint64_t hash = hash64(all.data, all.len, 0);
    buf_free(&all);
    return hash;
}
