/* journal_query.h -- which posts a list or a feed is asked for:
 * ?q=WORDS&channel=ID&before=MARK or &after=MARK */
#ifndef WEB_JOURNAL_QUERY_H
#define WEB_JOURNAL_QUERY_H

#include "store/post.h"
#include "web/call.h"

struct buf;

struct journal_query {
    struct post_query post;  /* all but the limit */
    struct str words;        /* as they were typed; empty: none */
    bool too_many;           /* words: the last ones are not looked for */
    struct channel *channel; /* NULL: any */
};

/* c->channel is not used. ERR_INVALID: a mark that is none; ERR_GARBLED: the
 * words are not text; ERR_MISSING: no such channel, as far as this reader is
 * told. */
MUST_USE enum result journal_query_read(struct call *c,
                                        struct account_id reader,
                                        struct journal_query *out);

/* A path of ours with the same query, and a mark: name is "before" or "after";
 * NULL: the beginning of the list. With the key that was sent, if it counted.
 */
struct str journal_query_link(struct call *c, const struct journal_query *q,
                              const char *path, const char *name,
                              const struct post *mark);

#endif
