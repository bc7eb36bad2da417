/*
 * archive.h - bytes of an archive to articles.
 *
 * Two steps, so that the costly one can run on many threads:
 *   archive_read   finds files, unpacks them, recognises each by its content
 *                  and cuts it into records: one thread, as cheap as finding
 *                  where a record ends;
 *   archive_parse  makes an article of one record: any number of threads, each
 *                  with an archive_parser of its own.
 *
 * Archives are hostile. Whatever their bytes are, memory stays below a small
 * multiple of the longest record allowed, one bad record costs only itself,
 * and each one left out is named: source, record, offset, reason.
 */
#ifndef ARCHIVE_ARCHIVE_H
#define ARCHIVE_ARCHIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/error.h"
#include "common/base/mem.h"
#include "common/text/article.h"
#include "indexer/archive/field_map.h"

#define ARCHIVE_MAX_ID_BYTES         512
#define ARCHIVE_DEFAULT_RECORD_BYTES ((size_t)64 << 20)

/* Why a record, or a whole source, was left out. */
enum skip_reason {
    SKIP_NONE = 0,
    SKIP_INVALID_JSON,
    SKIP_NOT_AN_OBJECT,   /* valid JSON, but a list, string or number */
    SKIP_TOO_DEEP,        /* JSON nested deeper than ARCHIVE_MAX_DEPTH, XML than XML_MOST_DEPTH */
    SKIP_NO_TEXT,         /* neither title nor body */
    SKIP_ID_TOO_LONG,     /* above ARCHIVE_MAX_ID_BYTES */
    SKIP_RECORD_TOO_LONG, /* above archive_options.max_record_bytes */
    SKIP_DAMAGED_GZIP,    /* cut, wrong checksum, or something else behind it */
    SKIP_EXPANDS_TOO_FAR, /* compressed data that grows beyond reason */
    SKIP_UNKNOWN_FORMAT,
    SKIP_UNKNOWN_ENCODING,   /* UTF-16 or UTF-32 */
    SKIP_UNREADABLE,         /* a system call failed; the detail has the cause */
    SKIP_DAMAGED_RECORD,     /* its bounds or its encoding are not as its format has them */
    SKIP_DAMAGED_CONTAINER,  /* tar, zip, xz, ...: the detail is the library's */
    SKIP_ENCRYPTED,          /* a member of a zip */
    SKIP_WRONG_FIELDS,       /* a row of a table has not as many as the header */
    SKIP_NOT_A_REGULAR_FILE, /* in a directory: symbolic link, device, pipe, socket */
    SKIP_INVALID_XML,        /* so ill-formed that nothing could be made of it */
    SKIP_NOT_AN_ARTICLE,     /* something else that the archive keeps: a picture, a menu */
    SKIP_NOT_PUBLISHED,      /* a draft, or behind a password */
    SKIP_REASONS             /* how many there are */
};

#define ARCHIVE_MAX_DEPTH 64

/* "invalid JSON", "no text", ...: part of the output, so they never change. */
const char *skip_reason_name(enum skip_reason reason);

/* Whether archives hold such records as a matter of course: they are passed
 * over and counted, and nothing is amiss. */
bool skip_reason_is_expected(enum skip_reason reason);

/* One record as it stands in its source; data is valid only during the sink's
 * call, whoever keeps it copies it. */
struct record {
    const char *source; /* path as given or found, "-" for standard input */
    uint64_t number;    /* from 1, within the source; in JSONL the line */
    uint64_t offset;    /* of its first byte, in the uncompressed stream */
    const char *data;
    size_t len;
    /* What its source says once for many records, in the format's own form: the
     * header of a table, the feed round an entry. NULL where there is none. It
     * holds as long as data. */
    const char *context;
    size_t context_len;
    const struct archive_format *format;
};

/* Where records and troubles go: called in source order, on the thread that
 * called archive_read. */
struct archive_sink {
    /* Not 0 stops the reading; archive_read returns the code and err's text. */
    int (*record)(void *ctx, const struct record *r, struct error *err);
    /* Number 0: the trouble is the source's as a whole, or of everything from
     * the offset on. The rest of the source goes on where that is possible. */
    void (*bad_record)(void *ctx, const char *source, uint64_t number, uint64_t offset,
                       enum skip_reason reason, const char *detail);
    /* Bytes of the current source read so far, as stored (compressed). May be
     * NULL. Not 0 stops the reading; archive_read returns the code, without a
     * text in err. With BF_END, records that had come by then may follow. */
    int (*progress)(void *ctx, uint64_t bytes_read);
    void *ctx;
};

/* All zero means the defaults. */
struct archive_options {
    size_t max_record_bytes;             /* 0: ARCHIVE_DEFAULT_RECORD_BYTES */
    const struct archive_format *format; /* of every source; NULL: as each is recognised */
};

/* The format of that name, or NULL with an error that lists the names. */
const struct archive_format *archive_format_named(const char *name, struct error *err);

/*
 * Reads a file, a directory with all below it (names in byte order; symbolic
 * links, devices and pipes are reported and not opened), or standard input
 * for "-". Gzip, tar, zip, xz, zstd and bzip2 are recognised by content,
 * also inside one another; a member of a container is a source of its own,
 * named "news.zip!2012/a.json".
 *
 * BF_ERR_SYSTEM when `path` itself cannot be opened. Anything that goes wrong
 * later, or inside a directory, goes to the sink's bad_record.
 */
int archive_read(const char *path, const struct archive_options *options,
                 const struct archive_sink *sink, struct error *err);

/* What archive_parse has to say besides the article. */
struct record_problem {
    enum skip_reason reason;   /* SKIP_NONE: the article is good */
    char detail[128];          /* a few words for a person, or "" */
    unsigned unreadable_dates; /* dates given but not understood: they stay unknown */
    bool withdrawn;            /* the archive takes the article back: see archive_parse */
    bool markup_repaired;      /* ill-formed XML, of which the most was made; detail has why */
    bool encoding_repaired;    /* bytes were no UTF-8: read as windows-1252, or mended */
};

/* What one thread needs to parse records. The map must outlive it. */
struct archive_parser;
struct archive_parser *archive_parser_new(const struct field_map *map);
void archive_parser_free(struct archive_parser *parser); /* NULL does nothing */

/* What 08/06/2018 means; such dates are not understood before this is said. */
void archive_parser_set_date_order(struct archive_parser *parser, enum date_order order);

/*
 * Makes *out of the record; its strings live in the arena. BF_OK, or
 * BF_ERR_INPUT when the record is to be skipped: *problem says why. *problem
 * is set in both cases.
 *
 * A record may say that the article of its id is to go ("pubstatus":
 * "canceled"). Then problem->withdrawn is true and of *out only the id and the
 * dates count; there need not be a text.
 *
 * The id is the one given, with control bytes written as %XX (two ids that
 * differ stay different); else the URL without what does not name the
 * article (url.h); else "h-" and 16 hex digits hashed from source, title and
 * date, and from the body too where the title or the date is missing.
 */
int archive_parse(struct archive_parser *parser, const struct record *record, struct arena *arena,
                  struct article *out, struct record_problem *problem);

/* A format that archives come in: one file each, named by a table in archive.c. */
struct input;
struct archive_format {
    const char *name; /* as --format takes it */
    /* How sure it is, 0..100, that a source that begins with these bytes (a
     * megabyte, or all of it) is its own. */
    int (*recognise)(const char *head, size_t len);
    /* Hands each record of the input to the sink. 0, or the code that stopped it. */
    int (*split)(struct input *in, const struct archive_sink *sink, struct error *err);
    /* As archive_parse. */
    int (*parse)(struct archive_parser *parser, const struct record *record, struct arena *arena,
                 struct article *out, struct record_problem *problem);
};

#endif
