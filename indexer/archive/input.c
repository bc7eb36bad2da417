/*
 * input.c - reads a descriptor, unpacks gzip, decodes what is no plain text
 * otherwise, and keeps the part in view.
 *
 *   window  | passed | view ............ | room |
 *           0        start               end    capacity
 */
#include "indexer/archive/input.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/mem.h"
#include "common/io/file.h"
#include "indexer/archive/container.h"
#include "indexer/archive/gzin.h"

#define READ_BYTES ((size_t)256 << 10) /* room there is at least before each read */

struct input {
    const char *name;
    const struct archive_sink *sink;
    size_t max_record_bytes;
    int fd; /* or: */
    struct input_origin origin;
    const struct input *outer; /* NULL: bytes come from fd */
    uint64_t *given;
    bool begun; /* whether it is packed is known */
    bool source_ended;
    bool ended;
    bool cut;
    bool damaged;        /* the packed data are; more may follow */
    uint64_t bytes_read; /* from fd or origin */
    uint64_t offset;     /* of window[start] in the unpacked stream */
    char *window;
    size_t start, end, capacity;
    struct gzin *gzip;               /* NULL: what is read is the stream itself */
    unsigned char *packed;           /* READ_BYTES, when there is gzip */
    struct bytes unread;             /* part of packed */
    bool known_encoding;             /* its first bytes were looked at */
    struct charset_decoder *decoder; /* NULL: the window has the stream's own bytes */
    struct buf coded;                /* bytes that are not decoded yet */
    struct buf decoded;              /* the last of those that are */
};

struct input *input_new(int fd, const char *name, size_t max_record_bytes,
                        const struct archive_sink *sink)
{
    struct input *in = mem_zalloc(1, sizeof *in);
    in->fd = fd;
    in->name = name;
    in->max_record_bytes = max_record_bytes;
    in->sink = sink;
    return in;
}

struct input *input_new_inside(const struct input_origin *origin, const char *name,
                               const struct input *outer, uint64_t *given)
{
    struct input *in = input_new(-1, name, outer->max_record_bytes, outer->sink);
    in->origin = *origin;
    in->outer = outer;
    in->given = given;
    return in;
}

void input_free(struct input *in)
{
    if (!in)
        return;
    if (!in->outer)
        file_close(in->fd, in->name, NULL);
    gzin_free(in->gzip);
    charset_decoder_free(in->decoder);
    buf_free(&in->coded);
    buf_free(&in->decoded);
    free(in->packed);
    free(in->window);
    free(in);
}

const char *input_view(const struct input *in, size_t *len)
{
    *len = in->end - in->start;
    return in->window + in->start;
}

void input_advance(struct input *in, size_t n)
{
    in->start += n;
    in->offset += n;
}

bool input_ended(const struct input *in)
{
    return in->ended;
}

bool input_cut(const struct input *in)
{
    return in->cut;
}

const char *input_name(const struct input *in)
{
    return in->name;
}

size_t input_max_record(const struct input *in)
{
    return in->max_record_bytes;
}

uint64_t input_offset(const struct input *in)
{
    return in->offset;
}

/* --- trouble --- */

static void end_with(struct input *in, bool cut, enum skip_reason reason, const char *detail)
{
    in->ended = true;
    in->cut = cut;
    in->sink->bad_record(in->sink->ctx, in->name, 0, in->offset + (in->end - in->start), reason,
                         detail);
}

void report_unreadable(const struct archive_sink *sink, const char *source, uint64_t offset,
                       const struct error *err)
{
    size_t n = strlen(source);
    bool named = strncmp(err->text, source, n) == 0 && strncmp(err->text + n, ": ", 2) == 0;
    sink->bad_record(sink->ctx, source, 0, offset, SKIP_UNREADABLE,
                     named ? err->text + n + 2 : err->text);
}

static void end_unreadable(struct input *in)
{
    struct error err;
    error_system(&err, in->name, "reading");
    in->ended = in->cut = true;
    report_unreadable(in->sink, in->name, in->offset + (in->end - in->start), &err);
}

static void end_gzip(struct input *in, enum gzin_status status)
{
    in->damaged = status == GZIN_DAMAGED || status == GZIN_GARBAGE;
    switch (status) {
    case GZIN_GOING:
        break;
    case GZIN_END:
        in->ended = true;
        break;
    case GZIN_GARBAGE:
        end_with(in, false, SKIP_DAMAGED_GZIP, "followed by something that is not gzip");
        break;
    case GZIN_CUT:
        end_with(in, true, SKIP_DAMAGED_GZIP, "cut short");
        break;
    case GZIN_DAMAGED:
        end_with(in, true, SKIP_DAMAGED_GZIP, "wrong data or checksum");
        break;
    case GZIN_TOO_LARGE:
        end_with(in, true, SKIP_EXPANDS_TOO_FAR, "more than 100 bytes from each compressed one");
        break;
    }
}

/* --- reading --- */

static int tell_progress(const struct input *in)
{
    return in->sink->progress ? in->sink->progress(in->sink->ctx, in->bytes_read) : BF_OK;
}

/* Reads what the descriptor has ready. An error ends the stream and gives 0
 * bytes; what was read before it stays in view. A read that a signal
 * interrupts asks the sink whether to go on. */
static int read_descriptor(struct input *in, void *to, size_t room, size_t *got)
{
    ssize_t n;
    *got = 0;
    while ((n = file_calls.read(in->fd, to, room)) < 0 && errno == EINTR) {
        int rc = tell_progress(in);
        if (rc)
            return rc;
    }
    if (n < 0)
        end_unreadable(in);
    *got = n > 0 ? (size_t)n : 0;
    in->source_ended = n <= 0;
    in->bytes_read += *got;
    return *got ? tell_progress(in) : BF_OK;
}

/* The bytes of the file in which this input lies, as stored. */
static uint64_t stored_bytes(const struct input *in)
{
    while (in->outer)
        in = in->outer;
    return in->bytes_read;
}

/* Bytes that came out of a container or a gzip inside one. */
static void note_given(struct input *in, size_t n)
{
    if (!in->outer || in->ended)
        return;
    *in->given += n;
    if (*in->given > INPUT_FREE_BYTES && *in->given / INPUT_MOST_RATIO > stored_bytes(in))
        end_with(in, true, SKIP_EXPANDS_TOO_FAR, "more than 100 bytes from each stored one");
}

static int read_origin(struct input *in, void *to, size_t room, size_t *got)
{
    struct input_trouble trouble = {0};
    int rc = in->origin.read(in->origin.ctx, to, room, got, &trouble);
    in->source_ended = !*got;
    in->bytes_read += *got;
    if (rc || !trouble.reason) {
        note_given(in, *got);
        return rc;
    }
    if (!trouble.reported)
        end_with(in, true, trouble.reason, trouble.detail);
    in->ended = in->cut = true;
    return BF_OK;
}

static int read_bytes(struct input *in, void *to, size_t room, size_t *got)
{
    return in->outer ? read_origin(in, to, room, got) : read_descriptor(in, to, room, got);
}

static int read_rest(void *ctx, void *to, size_t room, size_t *got, struct input_trouble *trouble)
{
    struct input *outer = ctx;
    size_t len;
    int rc = input_fill(outer, 1);
    const char *p = input_view(outer, &len);
    *got = rc ? 0 : len < room ? len : room;
    if (*got)
        memcpy(to, p, *got);
    input_advance(outer, *got);
    if (!*got && input_cut(outer))
        *trouble = (struct input_trouble){.reason = SKIP_UNREADABLE, .reported = true};
    return rc;
}

struct input_origin input_rest(struct input *outer)
{
    return (struct input_origin){outer, read_rest};
}

static void make_room(struct input *in)
{
    size_t len = in->end - in->start;
    if (in->start && in->capacity - in->end < READ_BYTES) {
        memmove(in->window, in->window + in->start, len);
        in->start = 0;
        in->end = len;
    }
    mem_grow(in->window, &in->capacity, in->end + READ_BYTES);
}

static int fill_plain(struct input *in)
{
    size_t got;
    int rc = read_bytes(in, in->window + in->end, in->capacity - in->end, &got);
    in->end += got;
    in->ended |= in->source_ended;
    return rc;
}

static int fill_unpacked(struct input *in)
{
    if (in->unread.p == in->unread.end && !in->source_ended) {
        size_t got;
        int rc = read_bytes(in, in->packed, READ_BYTES, &got);
        in->unread = bytes_of(in->packed, got);
        if (rc || in->ended)
            return rc;
    }
    size_t written;
    enum gzin_status status = gzin_run(in->gzip, &in->unread, in->source_ended,
                                       in->window + in->end, in->capacity - in->end, &written);
    in->end += written;
    end_gzip(in, status);
    note_given(in, written);
    return BF_OK;
}

/* The first bytes tell whether the stream is packed: then they move behind
 * the unpacker. */
static int read_first(struct input *in)
{
    int rc = BF_OK;
    while (!rc && !in->ended && in->end < GZIN_HEAD_BYTES)
        rc = fill_plain(in);
    in->begun = true;
    if (rc || in->cut || !gzin_recognise(in->window, in->end))
        return rc;
    in->gzip = gzin_new(GZIN_GZIP);
    in->packed = mem_alloc(in->capacity);
    memcpy(in->packed, in->window, in->end);
    in->unread = bytes_of(in->packed, in->end);
    in->end = 0;
    in->ended = false;
    return BF_OK;
}

/* --- decoding --- */

/* Puts the characters of the window's bytes from `from` on in their place. */
static void decode_from(struct input *in, size_t from)
{
    buf_add(&in->coded, in->window + from, in->end - from);
    struct bytes coded = bytes_of(in->coded.data, in->coded.len);
    in->decoded.len = 0;
    charset_decoder_run(in->decoder, &coded, in->ended, &in->decoded);
    in->coded.len = bytes_left(&coded);
    if (in->coded.len)
        memmove(in->coded.data, coded.p, in->coded.len);
    mem_grow(in->window, &in->capacity, from + in->decoded.len);
    if (in->decoded.len)
        memcpy(in->window + from, in->decoded.data, in->decoded.len);
    in->end = from + in->decoded.len;
}

bool input_decode(struct input *in, const struct charset *charset)
{
    if (in->decoder)
        return true;
    in->decoder = charset_decoder_new(charset);
    if (in->decoder)
        decode_from(in, in->start);
    return in->decoder != NULL;
}

bool input_decoded(const struct input *in)
{
    return in->decoder != NULL;
}

/* UTF-16 and UTF-32 are told by the first bytes, whatever the format; but a tar
 * may begin with a name of one letter. */
static void find_encoding(struct input *in)
{
    size_t mark;
    const char *head = in->window + in->start;
    const struct charset *charset = charset_of_head(head, in->end - in->start, &mark);
    in->known_encoding = true;
    if (!charset || charset->kind != CHARSET_OPAQUE ||
        container_recognise(head, in->end - in->start))
        return;
    in->start += mark;
    if (!input_decode(in, charset))
        in->start -= mark;
}

static int fill_once(struct input *in)
{
    make_room(in);
    size_t before = in->end;
    int rc;
    if (!in->begun)
        return read_first(in);
    rc = in->gzip ? fill_unpacked(in) : fill_plain(in);
    if (in->decoder)
        decode_from(in, before);
    return rc;
}

int input_fill(struct input *in, size_t want)
{
    int rc = BF_OK;
    while (!rc && !in->ended && in->end - in->start < want) {
        rc = fill_once(in);
        if (!in->known_encoding && in->begun && (in->ended || in->end >= CONTAINER_HEAD_BYTES))
            find_encoding(in);
    }
    return rc;
}

/* --- behind damage --- */

#define TRIAL_BYTES 4096 /* of a member, that tell whether it can be read */

/* Has so many packed bytes in memory, or all that there are. */
static int fill_packed(struct input *in, size_t want)
{
    int rc = BF_OK;
    size_t len = bytes_left(&in->unread);
    memmove(in->packed, in->unread.p, len);
    while (!rc && !in->source_ended && len < want) {
        size_t got;
        rc = read_bytes(in, in->packed + len, READ_BYTES - len, &got);
        len += got;
    }
    in->unread = bytes_of(in->packed, len);
    return rc;
}

/* Whether the member that begins the bytes can be unpacked, as far as they go. */
static bool is_readable(struct gzin *trial, struct bytes member)
{
    unsigned char out[1024];
    size_t written;
    if (bytes_left(&member) > TRIAL_BYTES)
        member.end = member.p + TRIAL_BYTES;
    gzin_restart(trial);
    enum gzin_status status = gzin_run(trial, &member, false, out, sizeof out, &written);
    return status == GZIN_GOING && written > 0;
}

/* Moves to the next member that can be read; to the end when there is none. */
static int find_member(struct input *in, struct gzin *trial)
{
    for (;;) {
        size_t len = bytes_left(&in->unread);
        const unsigned char *found = memmem(in->unread.p, len, "\x1f\x8b\x08", GZIN_HEAD_BYTES);
        if (!found && in->source_ended) {
            in->unread.p = in->unread.end;
            return BF_OK;
        }
        size_t keep = len < GZIN_HEAD_BYTES ? len : GZIN_HEAD_BYTES - 1;
        in->unread.p = found ? found : in->unread.end - keep;
        int rc = fill_packed(in, TRIAL_BYTES);
        if (rc || (found && is_readable(trial, in->unread)))
            return rc;
        in->unread.p += found != NULL;
    }
}

/* Back to the second byte of the member that is damaged, or as far as it is in
 * memory: damaged data may have been read beyond their end. */
static void step_back(struct input *in)
{
    uint64_t taken = gzin_member_taken(in->gzip);
    uint64_t in_memory = (uint64_t)(in->unread.p - in->packed);
    in->unread.p -= taken > in_memory ? in_memory : taken;
    in->unread.p += taken > 0 && taken <= in_memory;
}

int input_resume(struct input *in, bool *resumed)
{
    *resumed = false;
    if (!in->damaged || in->decoder)
        return BF_OK;
    step_back(in);
    struct gzin *trial = gzin_new(GZIN_GZIP);
    int rc = find_member(in, trial);
    gzin_free(trial);
    gzin_restart(in->gzip);
    *resumed = !rc && bytes_left(&in->unread) > 0;
    in->damaged = in->cut = false;
    in->ended = !*resumed;
    return rc;
}

void input_stop(struct input *in)
{
    in->ended = in->cut = true;
    if (!in->known_encoding && in->begun)
        find_encoding(in);
}
