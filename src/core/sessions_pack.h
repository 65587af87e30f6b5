/* sessions_pack.h -- a session as one text, for a store that keeps texts.
 *
 *     1 ACCOUNT CREATED_AT SEEN_AT EXPIRES_AT BYTES ADDRESS AGENT
 *
 * BYTES is the length of ADDRESS; AGENT is the rest. Private to
 * core/sessions*.c. Pure. */
#ifndef CORE_SESSIONS_PACK_H
#define CORE_SESSIONS_PACK_H

#include "base/arena.h"
#include "store/session.h"

struct str sessions_pack(struct arena *a, const struct session *s);

/* All but the hash; the texts are views. False: it is something else. */
bool sessions_unpack(struct str text, struct session *out);

#endif
