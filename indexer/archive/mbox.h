/*
 * mbox.h - mail in files: a mailbox of messages, or one message.
 *
 * In a mailbox a message begins with a line "From SENDER DATE" with a header in
 * the next line; where the date is not understood, an empty line must stand
 * before it. In the body, ">From " loses a ">" (the mailboxes called mboxo and
 * mboxrd).
 */
#ifndef ARCHIVE_MBOX_H
#define ARCHIVE_MBOX_H

#include "indexer/archive/archive.h"

extern const struct archive_format mbox_format;
extern const struct archive_format mail_format;

#endif
