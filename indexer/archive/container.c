/* container.c - libarchive reads the outer input, and is read by inner ones. */
#include "indexer/archive/container.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef HAVE_LIBARCHIVE
#include <archive.h>
#include <archive_entry.h>
#endif

#include "common/base/mem.h"
#include "indexer/archive/malloc_guard.h"

/* --- recognising --- */

#define TAR_CHECKSUM_AT    148
#define TAR_CHECKSUM_BYTES 8

static bool begins(const char *head, size_t len, const char *magic, size_t n)
{
    return len >= n && memcmp(head, magic, n) == 0;
}

/* A tar has no magic that all writers agree on, but every header carries the
 * sum of its bytes, with blanks for the sum itself, in octal. */
static bool is_tar(const char *head, size_t len)
{
    unsigned long sum = 0, stated = 0;
    if (len < CONTAINER_HEAD_BYTES || !head[0])
        return false;
    for (size_t i = 0; i < CONTAINER_HEAD_BYTES; i++) {
        bool blank = i >= TAR_CHECKSUM_AT && i < TAR_CHECKSUM_AT + TAR_CHECKSUM_BYTES;
        sum += blank ? ' ' : (unsigned char)head[i];
    }
    const char *digit = head + TAR_CHECKSUM_AT, *end = digit + TAR_CHECKSUM_BYTES;
    while (digit < end && *digit == ' ')
        digit++;
    for (; digit < end && *digit >= '0' && *digit <= '7'; digit++)
        stated = stated * 8 + (unsigned long)(*digit - '0');
    return sum == stated || memcmp(head + 257, "ustar", 5) == 0;
}

enum container_kind container_recognise(const char *head, size_t len)
{
    if (begins(head, len, "PK\3\4", 4) || begins(head, len, "PK\5\6", 4))
        return CONTAINER_ZIP;
    if (begins(head, len, "\xfd\x37zXZ\0", 6) || begins(head, len, "\x28\xb5\x2f\xfd", 4) ||
        (begins(head, len, "BZh", 3) && len >= 10 && memcmp(head + 4, "1AY&SY", 6) == 0))
        return CONTAINER_PACKED;
    return is_tar(head, len) ? CONTAINER_TAR : CONTAINER_NONE;
}

#ifdef HAVE_LIBARCHIVE

struct container {
    struct archive *reader;
    struct archive_entry *entry;
    struct input *in;
    size_t lent; /* bytes of the view that the library has */
    int rc;      /* what stopped the outer input */
};

/* --- the outer input --- */

static la_ssize_t give_view(struct archive *reader, void *ctx, const void **bytes)
{
    struct container *c = ctx;
    size_t len;
    (void)reader;
    input_advance(c->in, c->lent);
    c->lent = 0;
    c->rc = input_fill(c->in, 1);
    *bytes = input_view(c->in, &len);
    if (c->rc)
        return -1;
    c->lent = len;
    return (la_ssize_t)len;
}

static void allow(struct archive *reader, enum container_kind kind)
{
    if (kind == CONTAINER_TAR) {
        archive_read_support_format_tar(reader);
    } else if (kind == CONTAINER_ZIP) {
        archive_read_support_format_zip_streamable(reader);
    } else {
        archive_read_support_filter_xz(reader);
        archive_read_support_filter_zstd(reader);
        archive_read_support_filter_bzip2(reader);
        archive_read_support_format_raw(reader);
    }
}

struct container *container_open(enum container_kind kind, struct input *in)
{
    struct container *c = mem_zalloc(1, sizeof *c);
    c->in = in;
    bool guarded = malloc_guard(true); /* a format that could not be set up would not be known */
    c->reader = archive_read_new();
    allow(c->reader, kind);
    malloc_guard(guarded);
    archive_read_open(c->reader, c, NULL, give_view, NULL); /* what fails, fails again below */
    return c;
}

void container_close(struct container *c)
{
    if (!c)
        return;
    archive_read_free(c->reader);
    free(c);
}

/* --- members --- */

static const char *complaint(const struct container *c)
{
    const char *text = archive_error_string(c->reader);
    return text ? text : "";
}

static void refuse(struct container_member *m, enum container_find find, enum skip_reason reason,
                   const char *detail)
{
    m->find = find;
    m->reason = reason;
    snprintf(m->detail, sizeof m->detail, "%s", detail);
}

/* Links are told before files: a hard link has a file's type. */
static void look_at(struct archive_entry *entry, struct container_member *m)
{
    const char *name = archive_entry_pathname_utf8(entry);
    if (!name)
        name = archive_entry_pathname(entry);
    m->name = name ? name : "";
    if (archive_entry_hardlink(entry))
        refuse(m, CONTAINER_REFUSED, SKIP_NOT_A_REGULAR_FILE, "hard link");
    else if (archive_entry_filetype(entry) == AE_IFLNK)
        refuse(m, CONTAINER_REFUSED, SKIP_NOT_A_REGULAR_FILE, "symbolic link");
    else if (archive_entry_filetype(entry) != AE_IFREG)
        refuse(m, CONTAINER_REFUSED, SKIP_NOT_A_REGULAR_FILE, "");
    else if (archive_entry_is_encrypted(entry))
        refuse(m, CONTAINER_REFUSED, SKIP_ENCRYPTED, "");
}

/* The next that is no directory; libarchive's code. */
static int next_entry(struct container *c)
{
    int rc;
    do
        rc = archive_read_next_header(c->reader, &c->entry);
    while (rc == ARCHIVE_RETRY || ((rc == ARCHIVE_OK || rc == ARCHIVE_WARN) &&
                                   archive_entry_filetype(c->entry) == AE_IFDIR));
    return rc;
}

int container_next(struct container *c, struct container_member *member)
{
    int rc = next_entry(c);
    *member = (struct container_member){.find = CONTAINER_MEMBER, .name = ""};
    if (rc == ARCHIVE_EOF)
        member->find = CONTAINER_END;
    else if (rc == ARCHIVE_OK || rc == ARCHIVE_WARN)
        look_at(c->entry, member);
    else
        refuse(member, CONTAINER_DAMAGED, SKIP_DAMAGED_CONTAINER, complaint(c));
    return c->rc;
}

static int read_member(void *ctx, void *to, size_t room, size_t *got, struct input_trouble *t)
{
    struct container *c = ctx;
    la_ssize_t n = archive_read_data(c->reader, to, room);
    *got = n > 0 ? (size_t)n : 0;
    if (n < 0 && !c->rc) {
        t->reason = SKIP_DAMAGED_CONTAINER;
        t->reported = input_cut(c->in);
        snprintf(t->detail, sizeof t->detail, "%s", complaint(c));
    }
    return c->rc;
}

struct input_origin container_origin(struct container *c)
{
    return (struct input_origin){c, read_member};
}

#else

struct container *container_open(enum container_kind kind, struct input *in)
{
    (void)kind;
    (void)in;
    return NULL;
}

void container_close(struct container *c)
{
    free(c);
}

int container_next(struct container *c, struct container_member *member)
{
    (void)c;
    *member = (struct container_member){.find = CONTAINER_END, .name = ""};
    return BF_OK;
}

struct input_origin container_origin(struct container *c)
{
    return (struct input_origin){c, NULL};
}

#endif
