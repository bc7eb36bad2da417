/*
 * json_scan.h - where a JSON value ends, without reading what it says.
 *
 * Only brackets, quotes and what stands between them are looked at, so a value
 * may be of any length and come in pieces; whether it is right is for json.h
 * to say. But a quote or bracket that is missing would swallow what follows,
 * and is noticed close by: a line end inside a string, a string directly
 * behind a string, a list in the place of a member's name, brackets that do
 * not pair.
 */
#ifndef ARCHIVE_JSON_SCAN_H
#define ARCHIVE_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum json_scan_status {
    JSON_SCAN_MORE,    /* the value goes on behind what was seen */
    JSON_SCAN_END,     /* the first `seen` bytes are the value */
    JSON_SCAN_DAMAGED, /* a quote or bracket is missing, or too many, at `seen` or before */
    JSON_SCAN_TOO_DEEP /* a bracket at `seen` goes deeper than ARCHIVE_MAX_DEPTH */
};

/* All zero at the start of a value. */
struct json_scan {
    size_t seen;
    uint64_t objects; /* bit i: what is open at depth i is an object, not a list */
    unsigned depth;
    char last; /* outside strings, no white space; '"' behind a string, 0 at the start */
    bool in_string, escaped;
};

/* Goes on from text + scan->seen. The value begins at text, with its first
 * byte; a caller that lets go of what was seen sets seen to 0. */
enum json_scan_status json_scan_run(struct json_scan *scan, const char *text, size_t len);

/* Passes brackets of any depth by counting: END when `depth` is 0 again. Only
 * for a scan that was too deep. */
enum json_scan_status json_scan_count(struct json_scan *scan, const char *text, size_t len);

/* A number or a bare word ends only with what follows: whether the text so
 * far may be all of it. */
bool json_scan_may_end(const struct json_scan *scan);

#endif
