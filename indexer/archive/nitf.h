/*
 * nitf.h - NITF, the IPTC's News Industry Text Format: an article a document,
 * by itself or inside NewsML.
 */
#ifndef ARCHIVE_NITF_H
#define ARCHIVE_NITF_H

#include "indexer/archive/archive.h"
#include "indexer/archive/xml_fields.h"

/*
 * The main headline is the title, the abstract or else the second headline the
 * summary, the content the body; what its media say of themselves is left out.
 * The date is that of issue, of release, of publication or of the dateline,
 * the first that is there. Keywords and subjects are tags. A <meta> whose name
 * is that of a field (field_map.h) gives the field where nothing else does.
 * A document that is withheld is skipped, one that is canceled withdrawn.
 */
extern const struct archive_format nitf_format;

/* Offers what the <nitf> element says, behind what stands in the item round it:
 * ranks begin at `rank`. BF_OK, or BF_ERR_INPUT when it is withheld. */
int nitf_offer(struct xml_fields *f, const struct xml_node *nitf, unsigned rank,
               struct record_problem *problem);

#endif
