/*
 * mail.h - a message of mail or news (RFC 5322, MIME) as an article.
 *
 * The subject is the title, the sender's name the author, Message-ID the id,
 * the newsgroups or the list the category. The body is the text of all parts
 * that are text and no attachment, of alternatives the plain one, else that of
 * the HTML. A page saved with its parts (MHTML) is read as a page.
 */
#ifndef ARCHIVE_MAIL_H
#define ARCHIVE_MAIL_H

#include "indexer/archive/article_fields.h"
#include "indexer/archive/span.h"

/* How sure it is, 0..100, that the text begins with a message's headers. */
int mail_recognise(struct span text);

/* As archive_parse. */
int mail_parse(struct archive_parser *parser, struct span message, struct arena *arena,
               struct article *out, struct record_problem *problem);

#endif
