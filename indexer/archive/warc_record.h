/* warc_record.h - one record of a web archive: its header, and whether it is a page. */
#ifndef ARCHIVE_WARC_RECORD_H
#define ARCHIVE_WARC_RECORD_H

#include <stdint.h>

#include "indexer/archive/http_body.h"
#include "indexer/archive/span.h"

#define WARC_DETAIL_BYTES 128

/* What stands behind the version line, and behind the empty line. */
struct warc_record {
    struct span headers;
    struct span block; /* as far as it is in memory */
    struct span type, url, date;
};

/* False when the text does not begin with a record's whole header. */
bool warc_record_of(struct span text, struct warc_record *r);

/* The length of the block; false when it is missing, or out of range. */
bool warc_block_length(const struct warc_record *r, uint64_t *length);

/* What the record holds that may be an article. */
enum warc_payload { WARC_NOTHING, WARC_PAGE, WARC_TEXT };

/*
 * Looks at the header and at the block's beginning, which has at least the
 * headers of HTTP. Of WARC_NOTHING, detail says why: "request", "image/png",
 * "HTTP status 404", "revisit of http://...".
 */
enum warc_payload warc_payload_of(const struct warc_record *r, char detail[WARC_DETAIL_BYTES]);

#endif
