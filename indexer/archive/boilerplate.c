/* boilerplate.c - word lists, and how names are taken apart. */
#include "indexer/archive/boilerplate.h"

#include <stdlib.h>
#include <strings.h>

#define LONGEST_SHORT_TEXT 200
#define LONGEST_CLASS      128

/* Sorted. */
static const char *const part_words[] = {
    "ad",
    "adbox",
    "addthis",
    "addtoany",
    "ads",
    "adslot",
    "adunit",
    "adv",
    "advert",
    "advertisement",
    "advertising",
    "alertbar",
    "aside",
    "author",
    "authorbox",
    "authors",
    "banner",
    "bio",
    "breadcrumb",
    "breadcrumbs",
    "byline",
    "bylines",
    "caption",
    "captions",
    "ccpa",
    "colophon",
    "comment",
    "commentlist",
    "comments",
    "consent",
    "cookie",
    "cookiebanner",
    "cookies",
    "copyright",
    "credit",
    "credits",
    "crumbs",
    "dateline",
    "disclaimer",
    "disqus",
    "facebook",
    "follow",
    "followus",
    "foot",
    "footer",
    "gdpr",
    "header",
    "legal",
    "lightbox",
    "login",
    "marketing",
    "masthead",
    "menu",
    "menubar",
    "meta",
    "modal",
    "mostpopular",
    "mostread",
    "nav",
    "navbar",
    "navi",
    "navigation",
    "navlist",
    "newsletter",
    "newsletters",
    "notification",
    "onetrust",
    "onward",
    "outbrain",
    "overlay",
    "pager",
    "pagination",
    "paging",
    "paywall",
    "player",
    "popover",
    "popular",
    "popup",
    "postmeta",
    "privacy",
    "promo",
    "promos",
    "promoted",
    "promotion",
    "rail",
    "readmore",
    "recirc",
    "recirculation",
    "recommendation",
    "recommendations",
    "recommended",
    "register",
    "registration",
    "regwall",
    "related",
    "relatedlinks",
    "relateds",
    "replies",
    "respond",
    "share",
    "sharebar",
    "shares",
    "sharethis",
    "sharetools",
    "sharing",
    "sidebar",
    "sidebars",
    "signin",
    "signup",
    "skiplink",
    "skiplinks",
    "social",
    "socials",
    "sponsor",
    "sponsored",
    "sponsors",
    "submenu",
    "subnav",
    "subscribe",
    "subscriber",
    "subscription",
    "subscriptions",
    "tablist",
    "taboola",
    "tabs",
    "tagcloud",
    "taglist",
    "tags",
    "teaser",
    "teasers",
    "timestamp",
    "toast",
    "toolbar",
    "tooltip",
    "topbar",
    "trending",
    "tweet",
    "upnext",
    "upsell",
    "whatsapp",
    "widget",
    "widgets",
};

/* A word behind one of these says what a part has or lacks, not what it is. */
static const char linking_words[] = "with has no without not is hide show";

static const char text_names[] =
    "articlebody storybody postbody entrybody newsbody articlecontent storycontent postcontent "
    "entrycontent newscontent articletext storytext posttext newstext articlecopy storycopy "
    "bodycopy bodytext";

static const char text_name_endings[] =
    "wrapper wrap body container inner text content contents main core full area section";

static const char hidden_classes[] =
    "hidden sr-only visually-hidden visuallyhidden screen-reader-text screenreader hide d-none "
    "is-hidden";

static const char apart_roles[] =
    "navigation banner contentinfo complementary search dialog alertdialog menu menubar tablist "
    "toolbar form alert button tooltip";

/* The whole paragraph, but for what is no letter at its end; with "*" its
 * beginning. */
static const char *const short_texts[] = {
    "advertisement",
    "advertising",
    "sponsored",
    "promoted",
    "sponsored content",
    "read more",
    "read also",
    "read next",
    "read more:*",
    "read also:*",
    "read next:*",
    "also read:*",
    "more on this story",
    "more on this:*",
    "related:*",
    "related articles",
    "related stories",
    "related content",
    "related topics",
    "see also:*",
    "watch:*",
    "listen:*",
    "click here*",
    "tap here*",
    "share",
    "share this*",
    "share on*",
    "share via*",
    "follow us*",
    "sign up*",
    "sign in*",
    "log in",
    "log in to*",
    "subscribe",
    "subscribe now*",
    "subscribe to*",
    "already a subscriber*",
    "create a free account*",
    "create an account*",
    "get unlimited*",
    "to continue reading*",
    "continue reading*",
    "this article is for subscribers*",
    "become a member*",
    "support our journalism*",
    "we use cookies*",
    "we and our partners*",
    "this site uses cookies*",
    "this website uses cookies*",
    "our site uses cookies*",
    "by clicking*",
    "by continuing to use*",
    "accept all*",
    "accept cookies*",
    "manage preferences*",
    "manage cookies*",
    "your privacy*",
    "privacy policy*",
    "terms of use*",
    "terms of service*",
    "terms and conditions*",
    "all rights reserved*",
    "copyright \xc2\xa9*",
    "\xc2\xa9*",
    "skip to*",
    "back to top*",
    "print this*",
    "email this*",
    "loading",
    "please enable*",
    "enable javascript*",
    "your browser does not*",
    "image source*",
    "image caption*",
    "image credit*",
    "photo:*",
    "photograph:*",
    "picture:*",
    "file photo*",
    "most read",
    "most popular",
    "trending",
    "trending now",
    "newsletter",
    "newsletters",
    "comments",
    "leave a comment*",
    "view comments*",
    "join the conversation*",
    "recommended",
    "recommended for you",
    "you may also like*",
    "you might also like*",
    "editor's picks",
    "editors' picks",
    "lesen sie auch*",
    "mehr zum thema*",
    "zum thema:*",
    "anzeige",
    "werbung",
    "lire aussi*",
    "\xc3\xa0 lire aussi*",
    "publicit\xc3\xa9",
    "lea tambi\xc3\xa9n*",
    "publicidad",
    "leia tamb\xc3\xa9m*",
    "leia mais*",
    "publicidade",
    "leggi anche*",
    "pubblicit\xc3\xa0",
    "lees ook*",
    "advertentie",
    "l\xc3\xa4s mer",
    "annonse",
};

/* --- names --- */

static bool ends_word(struct span names, size_t i)
{
    char c = names.p[i], before = names.p[i - 1];
    bool letter = is_ascii_letter(c);
    bool camel = c >= 'A' && c <= 'Z' && before >= 'a' && before <= 'z';
    return !letter || camel;
}

/* The next run of letters; a capital in it begins another. */
static struct span take_word(struct span *names)
{
    while (names->len && !is_ascii_letter(names->p[0]))
        *names = span_from(*names, 1);
    size_t n = names->len > 0;
    while (n < names->len && !ends_word(*names, n))
        n++;
    struct span word = span_of(names->p, n);
    *names = span_from(*names, n);
    return word;
}

static int compare(const void *wanted, const void *element)
{
    const struct span *word = wanted;
    const char *other = *(const char *const *)element;
    int order = strncasecmp(word->p, other, word->len);
    return order ? order : -(other[word->len] != '\0');
}

static bool is_part_word(struct span word)
{
    return bsearch(&word, part_words, sizeof part_words / sizeof *part_words, sizeof *part_words,
                   compare) != NULL;
}

bool names_boilerplate(struct span names)
{
    struct span word, before = {0};
    while ((word = take_word(&names)).len) {
        if (is_part_word(word) && !span_is_one_of(before, linking_words))
            return true;
        before = word;
    }
    return false;
}

static struct span take_class(struct span *names)
{
    *names = span_trimmed(*names);
    size_t n = 0;
    while (n < names->len && !is_ascii_space(names->p[n]))
        n++;
    struct span class = span_of(names->p, n);
    *names = span_from(*names, n);
    return class;
}

/* Style sheets' tools add a part of random letters and digits: "body__17Yit". */
static struct span without_random_part(struct span class)
{
    size_t start = class.len;
    bool digit = false;
    while (start && class.p[start - 1] != '_' && class.p[start - 1] != '-')
        digit |= is_ascii_digit(class.p[--start]);
    return digit && start > 1 ? span_of(class.p, start) : class;
}

/* Its letters, in out. */
static struct span letters_of(struct span class, char out[LONGEST_CLASS])
{
    size_t n = 0;
    for (size_t i = 0; i < class.len && n < LONGEST_CLASS; i++)
        if (is_ascii_letter(class.p[i]))
            out[n++] = ascii_lower(class.p[i]);
    return span_of(out, n);
}

/* Whether "article-body" or the like ends the class, or all but a word such as
 * "wrapper" that may follow. */
static bool is_text_name(struct span letters)
{
    for (const char *p = text_names; *p; p += strspn(p, " ")) {
        char name[16] = "";
        size_t n = strcspn(p, " ");
        memcpy(name, p, n);
        p += n;
        const char *found = span_find(letters, name);
        struct span behind = found ? span_between(found + n, span_end(letters)) : letters;
        if (found && (!behind.len || span_is_one_of(behind, text_name_endings)))
            return true;
    }
    return false;
}

bool names_article_text(struct span names)
{
    char letters[LONGEST_CLASS];
    struct span class;
    while ((class = take_class(&names)).len)
        if (is_text_name(letters_of(without_random_part(class), letters)))
            return true;
    return false;
}

bool names_hidden(struct span names)
{
    struct span class;
    while ((class = take_class(&names)).len)
        if (span_is_one_of(class, hidden_classes))
            return true;
    return false;
}

bool is_role_apart(struct span role)
{
    return span_is_one_of(span_trimmed(role), apart_roles);
}

/* --- texts --- */

static struct span without_marks_at_end(struct span s)
{
    while (s.len && !is_ascii_letter(s.p[s.len - 1]) && (unsigned char)s.p[s.len - 1] < 0x80)
        s.len--;
    return s;
}

static bool reads_as(struct span paragraph, const char *pattern)
{
    size_t n = strlen(pattern);
    bool beginning = pattern[n - 1] == '*';
    return beginning ? paragraph.len >= n - 1 && strncasecmp(paragraph.p, pattern, n - 1) == 0
                     : span_is(without_marks_at_end(paragraph), pattern);
}

bool reads_as_boilerplate(struct span paragraph)
{
    if (paragraph.len > LONGEST_SHORT_TEXT)
        return false;
    for (size_t i = 0; i < sizeof short_texts / sizeof *short_texts; i++)
        if (reads_as(paragraph, short_texts[i]))
            return true;
    return false;
}
