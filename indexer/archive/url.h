/*
 * url.h - one article, one URL: what differs between two links to the same
 * page without telling two pages apart.
 */
#ifndef ARCHIVE_URL_H
#define ARCHIVE_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/buf.h"

/*
 * Adds the canonical form to out: "https://" for http as well, the host in
 * lower case without "www." and without the port that goes without saying,
 * the path without slashes at its end, the query without what only traces
 * readers (utm_*, fbclid, gclid, ...), no fragment but "#!". False, with
 * nothing added, when the text is no http or https URL with a host.
 */
bool url_canonical(const char *url, size_t len, struct buf *out);

#endif
