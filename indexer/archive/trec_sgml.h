/*
 * trec_sgml.h - the collections of TREC and of the LDC: <DOC> ... </DOC> with
 * a <DOCNO>, or an id in the start tag.
 *
 * Fields go by the element names that the collections use (headline, byline,
 * leading paragraph, ...). The text is that of all TEXT elements, or, where
 * there is none, what stands in no element that is known. Behind a DOCHDR
 * (the web collections) it is a page in HTML, and the header's first line is
 * its URL. Where there is no date, eight digits in the id that are one count.
 */
#ifndef ARCHIVE_TREC_SGML_H
#define ARCHIVE_TREC_SGML_H

#include "indexer/archive/archive.h"

extern const struct archive_format trec_sgml_format;

#endif
