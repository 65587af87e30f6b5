/* channel_json.h -- a channel and its keys as the command line prints them. */
#ifndef CMD_CHANNEL_JSON_H
#define CMD_CHANNEL_JSON_H

#include "base/json.h"
#include "store/channel.h"
#include "store/device.h"
#include "store/key.h"

struct open_store;

const char *key_kind(enum key_kind kind); /* "write", "read", "user" */

/* The key's text, or null when the secret does not open it. */
void key_json(struct json *j, struct open_store *s, const struct key *key);
void device_json(struct json *j, const struct device *d);
void channel_line_json(struct json *j, const struct channel *c);
MUST_USE enum result channel_json(struct json *j, struct open_store *s,
                                  const struct channel *c);

#endif
