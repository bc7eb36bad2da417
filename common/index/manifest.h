/*
 * manifest.h - which files are the index: layout and reading.
 *
 * The file "manifest", kind "MANI", is replaced whole by each commit. Its one
 * section holds, all integers little-endian:
 *
 *     8   generation: 0 for the empty index, one more with each commit
 *     8   number for the next segment; numbers are never used twice
 *     varint length + bytes   language of the index ("english")
 *     varint length + bytes   fingerprint of the analysis
 *     1   1 when records are stored without the articles' bodies, else 0
 *     8   generation C of the file of copies, 0 when there is none; then also
 *         8 length, 4 checksum
 *     4   number of segments; for each, in ascending order of number:
 *         8   number N
 *        16   id, as in the header of its files
 *         4   articles, deleted ones included
 *         4   terms
 *         8   tokens
 *         8   lead tokens: tokens of title and first 100 of the body
 *         7 x (8 length, 4 checksum of the tail)   its files, in the order of enum segment_file
 *         8   generation G of its delete file, 0 when there is none; then also
 *             8 length, 4 checksum, 4 deleted articles, 8 tokens and 8 lead tokens they had
 *
 * File names are not stored but made from the numbers, so that no manifest
 * can name a file elsewhere: "s00000001.terms", "s00000001-00000007.deletes",
 * "g00000007.copies".
 */
#ifndef INDEX_MANIFEST_H
#define INDEX_MANIFEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"
#include "common/base/error.h"
#include "common/io/frame.h"

enum segment_file {
    FILE_TERMS,
    FILE_POSTINGS,
    FILE_POSITIONS,
    FILE_FORMS,
    FILE_COLUMNS,
    FILE_TEXT,
    FILE_SKETCHES,
    SEGMENT_FILES
};

/* "terms", "postings", ...: the ending of a file's name and its kind's name. */
extern const char *const segment_file_names[SEGMENT_FILES];

struct file_entry {
    uint64_t length;
    uint32_t crc;
};

struct segment_entry {
    uint64_t number;
    unsigned char id[FRAME_ID_BYTES];
    uint32_t docs;
    uint32_t terms;
    uint64_t tokens;
    uint64_t lead_tokens;
    struct file_entry files[SEGMENT_FILES];
    uint64_t deletes_generation; /* 0: nothing deleted, the fields below are 0 */
    struct file_entry deletes_file;
    uint32_t deleted_docs;
    uint64_t deleted_tokens;
    uint64_t deleted_lead_tokens;
};

struct manifest {
    uint64_t generation;
    uint64_t next_segment;
    char *language;
    char *fingerprint;
    bool without_text;          /* records have no bodies */
    uint64_t copies_generation; /* 0: no article has copies, the field below is 0 */
    struct file_entry copies_file;
    struct segment_entry *segments;
    uint32_t segment_count;
};

#define MANIFEST_NAME      "manifest"
#define MANIFEST_TEMP_NAME "manifest.tmp"
#define LOCK_NAME          "lock"
#define FILE_NAME_BYTES    64

/* Reads the manifest of the index in `dir`; BF_ERR_MISSING when there is none. */
int manifest_read(const char *dir, struct manifest *m, struct error *err);
void manifest_free(struct manifest *m); /* accepts a zeroed struct */
void manifest_copy(const struct manifest *from, struct manifest *to);

/* The section's bytes. */
void manifest_encode(const struct manifest *m, struct buf *out);
int manifest_decode(const unsigned char *p, size_t n, struct manifest *m);

/* Names of files. */
void segment_file_name(uint64_t number, enum segment_file which, char out[FILE_NAME_BYTES]);
void deletes_file_name(uint64_t number, uint64_t generation, char out[FILE_NAME_BYTES]);
void copies_file_name(uint64_t generation, char out[FILE_NAME_BYTES]);

#endif
