/* http_body.h - a stored HTTP response and the payload that it carries. */
#ifndef ARCHIVE_HTTP_BODY_H
#define ARCHIVE_HTTP_BODY_H

#include "common/base/buf.h"
#include "indexer/archive/archive.h"
#include "indexer/archive/span.h"

struct http_response {
    int status;
    struct span headers; /* behind the status line, to the end of the block */
    struct span body;    /* as it was sent */
};

/* False when the block is none. */
bool http_response_of(struct span block, struct http_response *r);

/*
 * The body without its chunks and unpacked (gzip, deflate), at most `limit`
 * bytes of it. It lies in the block or in the scratch. A body that is not in
 * the coding that its headers name is taken as it is: archives keep headers
 * and unpack bodies. SKIP_NONE, or why it cannot be had: the coding is not
 * known, its data are damaged or expand too far.
 */
enum skip_reason http_payload(const struct http_response *r, size_t limit, struct buf *scratch,
                              struct span *payload);

#endif
