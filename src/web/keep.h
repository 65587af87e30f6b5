/* keep.h -- what a tool made becomes a document of its visitor, and is one no
 * longer. In a worker; afterwards c->db may show another moment. */
#ifndef WEB_KEEP_H
#define WEB_KEEP_H

#include "web/call.h"

/* The account's who is signed in, else the session's. A visitor without a
 * session gets one with it, and its cookie; nothing else makes one for
 * strangers.
 *
 * ERR_TOO_BIG: more than the visitor may keep; ERR_BUSY: than all may, or the
 * database cannot now; ERR_CONFLICT: the session has ended meanwhile;
 * ERR_TOO_SOON: a stranger's address has had much kept of late. Each has its
 * sentence in c->why. */
MUST_USE enum result keep_document(struct call *c, struct str name,
                                   struct str type, struct str body,
                                   struct document_id *id);

/* Whose it is has been asked. One that is not there is as good as removed. */
MUST_USE enum result keep_no_longer(struct call *c, struct document_id id);

#endif
