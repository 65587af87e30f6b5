/* channel_format.h -- writes a channel as ThingSpeak's channel API does.
 *
 * The private view is for its owner and holds the keys, the write key first. */
#ifndef WEB_CHANNEL_FORMAT_H
#define WEB_CHANNEL_FORMAT_H

#include "base/json.h"
#include "base/xml.h"
#include "store/channel.h"
#include "store/key.h"
#include "web/call.h"

struct channel_look {
    bool keys;      /* with api_keys */
    bool whole;     /* the members only its owner sees */
    bool user_name; /* the owner's, as in the public list */
};

/* As the call's suffix says: XML, else JSON. */
struct channel_list_writer {
    struct call *c;
    struct channel_look look;
    struct json json;
    struct xml xml;
};

void channel_list_begin(struct channel_list_writer *w, struct call *c,
                        struct channel_look look);
/* ERR_...: the keys could not be read. */
MUST_USE enum result channel_list_write(struct channel_list_writer *w,
                                        const struct channel *ch);

/* A single one is the whole document. */
MUST_USE enum result channel_write(struct call *c, struct channel_look look,
                                   const struct channel *ch);

#endif
