/* feed_wordpress.h - what a WordPress export adds to an item of RSS. */
#ifndef ARCHIVE_FEED_WORDPRESS_H
#define ARCHIVE_FEED_WORDPRESS_H

#include "indexer/archive/xml_fields.h"

bool is_wordpress_item(const struct xml_node *item);

/* Offers what the export says better than RSS does. BF_OK, or BF_ERR_INPUT
 * when the item is not published or no article. */
int offer_wordpress_fields(struct xml_fields *f, const struct xml_node *item,
                           struct record_problem *problem);

#endif
