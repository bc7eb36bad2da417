/* frame_rescue.c - reading on where frame.c refuses. */
#include "common/io/frame_rescue.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/base/bytes.h"
#include "common/base/mem.h"
#include "common/io/crc32c.h"
#include "common/io/crc32c_mend.h"
#include "common/io/fault.h"
#include "common/io/file.h"

#define CHUNK     ((size_t)1 << 20)
#define DISK_PAGE ((size_t)4096) /* what is given up where a read fails */

/* ---- bytes ---- */

/* The mapping is private: what is changed in it stays in memory. */
static unsigned char *writable(const struct frame *f, const unsigned char *p)
{
    return (unsigned char *)(uintptr_t)f->map + (p - f->map);
}

/* Zeros in place of a page that cannot be read: touching it would be SIGBUS. */
static int blank(struct rescued_frame *r, size_t at, struct error *err)
{
    unsigned char *page = writable(&r->frame, r->frame.map + at);
    void *zeros = file_calls.mmap(page, DISK_PAGE, PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    if (zeros == MAP_FAILED)
        return error_system(err, r->frame.path, "mapping");
    return BF_OK;
}

/* Reads the bytes [from, to) page by page and blanks those that fail. */
static int probe_pages(struct rescued_frame *r, int fd, size_t from, size_t to, struct error *err)
{
    unsigned char page[DISK_PAGE];
    int rc = BF_OK;
    for (size_t at = from; at < to && !rc; at += DISK_PAGE) {
        size_t got;
        if (lseek(fd, (off_t)at, SEEK_SET) < 0 ||
            file_read(fd, r->frame.path, page, DISK_PAGE, &got, &r->err))
            rc = blank(r, at, err);
    }
    if (!rc && lseek(fd, (off_t)to, SEEK_SET) < 0)
        rc = error_system(err, r->frame.path, "seeking");
    return rc;
}

/* A mapping tells of a failing disk by a signal; so all of it is read once. */
static int probe(struct rescued_frame *r, int fd, struct error *err)
{
    unsigned char *chunk = mem_alloc(CHUNK);
    int rc = BF_OK;
    size_t got;
    for (size_t at = 0; at < r->frame.len && !rc; at += CHUNK) {
        size_t n = r->frame.len - at < CHUNK ? r->frame.len - at : CHUNK;
        if (file_read(fd, r->frame.path, chunk, n, &got, NULL))
            rc = probe_pages(r, fd, at, at + n, err);
    }
    free(chunk);
    return rc;
}

/* Whether a file that cannot be opened is as good as none. What only this run
 * is refused may be whole. */
static bool is_lost(int cause)
{
    return cause != EACCES && cause != EPERM && cause != EMFILE && cause != ENFILE &&
           cause != ENOMEM;
}

static int map_file(struct rescued_frame *r, struct error *err)
{
    struct frame *f = &r->frame;
    struct stat st;
    int fd = file_open_read(f->path, false, err);
    if (fd < 0 && errno == ENOENT)
        return error_set(err, BF_ERR_MISSING, "index damaged: %s: missing", f->path);
    if (fd < 0)
        return err->code = is_lost(errno) ? BF_ERR_MISSING : BF_ERR_SYSTEM;
    int rc = file_calls.fstat(fd, &st) < 0 ? error_system(err, f->path, "reading its length") : 0;
    f->len = rc ? 0 : (size_t)st.st_size;
    if (f->len) {
        void *map = file_calls.mmap(NULL, f->len, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
        if (map == MAP_FAILED) {
            rc = error_system(err, f->path, "mapping");
        } else {
            f->map = map;
            rc = probe(r, fd, err);
            fault_watch(f->map, f->len, f->path);
        }
    }
    file_calls.close(fd);
    return rc;
}

/* ---- tables ---- */

static bool body_fits(const struct frame *f, uint64_t body, unsigned sections)
{
    if (body % FRAME_ALIGN || body < FRAME_HEADER || body > f->len)
        return false;
    uint64_t pages = (body + FRAME_PAGE - 1) >> FRAME_PAGE_BITS;
    return f->len - body == 4 * pages + 16 * (uint64_t)sections + FRAME_FOOTER;
}

/* The only body whose tables fill the rest of the file; 0 when there is none. */
static uint64_t body_of_length(const struct frame *f, unsigned sections)
{
    size_t fixed = 16 * (size_t)sections + FRAME_FOOTER;
    if (f->len < FRAME_HEADER + fixed)
        return 0;
    uint64_t rest = f->len - fixed; /* the body and 4 bytes for each of its pages */
    uint64_t pages = (rest + FRAME_PAGE + 3) / (FRAME_PAGE + 4);
    uint64_t body = rest - 4 * pages;
    return body_fits(f, body, sections) ? body : 0;
}

static bool read_sections(struct frame *f, const unsigned char *table, unsigned sections)
{
    size_t at = FRAME_HEADER;
    for (unsigned i = 0; i < sections; i++) {
        uint64_t offset = load_u64(table + 16 * i), len = load_u64(table + 16 * i + 8);
        if (offset % FRAME_ALIGN || offset < at || offset > f->body_len ||
            len > f->body_len - offset)
            return false;
        f->sections[i] = (struct section){f->map + offset, len};
        at = offset + len;
    }
    return true;
}

/* Everything of a footer but the checksum follows from the length. */
static void set_footer(const struct frame *f, unsigned char *foot, uint64_t body, unsigned sections)
{
    store_u64(foot, body);
    store_u32(foot + 8, sections);
    store_u32(foot + 12, 0);
    store_u64(foot + 16, f->len);
    store_u32(foot + 28, 0);
    memcpy(foot + 32, "ELIFKCAB", 8);
}

static unsigned bytes_that_differ(const unsigned char *a, const unsigned char *b, size_t n)
{
    unsigned different = 0;
    for (size_t i = 0; i < n; i++)
        different += a[i] != b[i];
    return different;
}

/* Puts the tables right where at most a byte of them is wrong, or one of the
 * checksum, or any of what the footer has besides. */
static bool mend_tables(struct rescued_frame *r, uint64_t body, unsigned sections)
{
    struct frame *f = &r->frame;
    size_t n = f->len - body, summed = n - 16;
    unsigned char *tail = mem_dup(f->map + body, n), *foot = tail + n - FRAME_FOOTER;
    unsigned char checksum[4];
    set_footer(f, foot, body, sections);
    store_u32(checksum, crc32c(0, tail, summed));
    unsigned wrong = bytes_that_differ(checksum, foot + 24, sizeof checksum);
    bool right = !wrong || crc32c_mend(tail, summed, load_u32(foot + 24));
    if (!right && wrong == 1) {
        memcpy(foot + 24, checksum, sizeof checksum);
        right = true;
    }
    if (right) {
        unsigned char *p = writable(f, f->map + body);
        r->mended += bytes_that_differ(p, tail, n);
        if (r->mended) {
            fault_unwatch(f->map); /* the end of the file is what is changed */
            memcpy(p, tail, n);
            fault_watch(f->map, f->len, f->path);
        }
    }
    free(tail);
    return right;
}

static void read_tables(struct rescued_frame *r, unsigned sections)
{
    struct frame *f = &r->frame;
    uint64_t body = body_of_length(f, sections);
    f->body_len = f->len;
    if (!body)
        return;
    bool right = mend_tables(r, body, sections);
    r->pages = (body + FRAME_PAGE - 1) >> FRAME_PAGE_BITS;
    f->body_len = body;
    f->page_table = f->map + body;
    f->crc = crc32c(0, f->page_table, f->len - body - 16);
    if (read_sections(f, f->page_table + 4 * r->pages, sections))
        f->section_count = sections;
    r->tables_right = right && f->section_count;
}

static bool page_is_right(struct rescued_frame *r, size_t page)
{
    const struct frame *f = &r->frame;
    size_t from = page << FRAME_PAGE_BITS;
    size_t n = f->body_len - from < FRAME_PAGE ? f->body_len - from : FRAME_PAGE;
    uint32_t checksum = load_u32(f->page_table + 4 * page);
    if (crc32c(0, f->map + from, n) == checksum)
        return true;
    if (!r->tables_right || !crc32c_mend(writable(f, f->map + from), n, checksum))
        return false;
    r->mended++;
    return true;
}

static void read_pages(struct rescued_frame *r)
{
    r->right = mem_zalloc(r->pages + 1, 1);
    r->whole = r->tables_right;
    for (size_t page = 0; page < r->pages; page++) {
        r->right[page] = page_is_right(r, page);
        r->whole &= r->right[page];
    }
}

/* ---- header ---- */

/* Whether the first page has its checksum, by a footer that is right: another
 * version may have other sections than are expected. */
static bool first_page_is_right(const struct frame *f)
{
    if (f->len < FRAME_HEADER + FRAME_FOOTER)
        return false;
    const unsigned char *foot = f->map + f->len - FRAME_FOOTER;
    uint64_t body = load_u64(foot);
    if (!body_fits(f, body, load_u32(foot + 8)) ||
        crc32c(0, f->map + body, f->len - body - 16) != load_u32(foot + 24))
        return false;
    size_t n = body < FRAME_PAGE ? body : FRAME_PAGE;
    return crc32c(0, f->map, n) == load_u32(f->map + body);
}

/* That it is of another version counts only where the header is right. */
static int read_header(struct rescued_frame *r, struct error *err)
{
    struct frame *f = &r->frame;
    if (f->len < FRAME_HEADER || memcmp(f->map, "BACKFILE", 8) != 0)
        return BF_OK;
    f->kind = load_u32(f->map + 8);
    memcpy(f->id, f->map + 16, FRAME_ID_BYTES);
    unsigned version = load_u16(f->map + 12), flags = load_u16(f->map + 14);
    if ((version == FORMAT_VERSION && !flags) || !first_page_is_right(f))
        return BF_OK;
    if (version < FORMAT_VERSION)
        return error_set(err, BF_ERR_TOO_OLD, "%s: format %u is no longer read", f->path, version);
    return error_set(err, BF_ERR_TOO_NEW,
                     "%s: made by a newer version (format %u, flags %u; this program reads %d)",
                     f->path, version, flags, FORMAT_VERSION);
}

/* What the strict reader says of the file. Where the disk failed, that is said
 * already, and to map the file once more would be no use. */
static void ask_strict_reader(struct rescued_frame *r, uint32_t kind)
{
    struct frame strict;
    if (r->err.code || frame_open(&strict, r->frame.path, kind, &r->err))
        return;
    frame_verify(&strict, &r->err);
    frame_close(&strict);
}

int frame_rescue(struct rescued_frame *r, const char *path, uint32_t kind, unsigned sections,
                 struct error *err)
{
    struct error local;
    err = err ? err : &local;
    *r = (struct rescued_frame){.frame = {.path = mem_strdup(path)}};
    int rc = map_file(r, err);
    if (!rc) {
        read_tables(r, sections);
        read_pages(r);
        rc = read_header(r, err);
    }
    if (rc) {
        frame_rescue_close(r);
        return rc;
    }
    ask_strict_reader(r, kind);
    size_t all = (r->frame.len >> FRAME_PAGE_BITS) + 2;
    r->frame.verified = mem_alloc(all);
    memset(r->frame.verified, 1, all);
    return BF_OK;
}

void frame_rescue_close(struct rescued_frame *r)
{
    frame_close(&r->frame);
    free(r->right);
    *r = (struct rescued_frame){0};
}

size_t frame_rescue_good(const struct rescued_frame *r, const unsigned char *p, size_t n)
{
    size_t from = (size_t)(p - r->frame.map), at = from;
    while (at < from + n && at >> FRAME_PAGE_BITS < r->pages && r->right[at >> FRAME_PAGE_BITS])
        at = ((at >> FRAME_PAGE_BITS) + 1) << FRAME_PAGE_BITS;
    return at < from + n ? at - from : n;
}

bool frame_rescue_right(const struct rescued_frame *r, const unsigned char *p, size_t n)
{
    return frame_rescue_good(r, p, n) == n;
}
