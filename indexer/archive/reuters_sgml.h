/*
 * reuters_sgml.h - the form of Reuters-21578: <REUTERS NEWID="1"> ... </REUTERS>.
 *
 * The id is NEWID. The topics are the category; topics, places, people,
 * organisations, exchanges and companies together are the tags. A text without
 * a body element (a one-line brief, an unprocessed table) is what stands in
 * TEXT outside of its other elements. The dateline and the sign-off "Reuter"
 * behind the text are left out.
 */
#ifndef ARCHIVE_REUTERS_SGML_H
#define ARCHIVE_REUTERS_SGML_H

#include "indexer/archive/archive.h"

extern const struct archive_format reuters_sgml_format;

#endif
