/* limits.h - every limit of the format and of one run, in one place. */
#ifndef INDEX_LIMITS_H
#define INDEX_LIMITS_H

#define MAX_SEGMENTS       1024u        /* in one manifest */
#define MAX_SEGMENT_DOCS   (1u << 30)   /* articles in one segment */
#define MAX_SEGMENT_TOKENS (1ull << 30) /* tokens in one: a list's offsets stay below 2^32 */
#define MAX_DOC_TOKENS     (1u << 26)   /* of one article that are indexed; the rest is cut */
#define MAX_ID_LENGTH      512u         /* bytes of an article's id */
#define MAX_TITLE_LENGTH   4096u        /* bytes of a title kept in the columns */
#define MAX_TITLE_TOKENS   65535u       /* title tokens that count as the title's */
#define MAX_TEXT_BLOCK     (256u << 20) /* bytes of a text block, decompressed */
#define TEXT_BLOCK_BYTES   (128u << 10) /* a block is closed once it holds this many */
#define MAX_MANIFEST_BYTES (16u << 20)
#define MAX_TERM_LENGTH    255u /* bytes of a term in the dictionary */
#define MAX_FORM_LENGTH    255u /* bytes of a form of a term */
#define MAX_VALUE_LENGTH                                                                           \
    255u /* bytes of an author, host, language, source or tag; the rest is cut */

/* Between the last position of the title and the first of the body, so that
 * no phrase reaches across. */
#define TITLE_GAP 16u

#define POSITION_LIMIT (MAX_DOC_TOKENS + TITLE_GAP) /* every position is below */

/* The body tokens that open an article and count double, with its title, in
 * similar readings. */
#define LEAD_TOKENS 100u

#endif
