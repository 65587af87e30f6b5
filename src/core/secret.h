/* secret.h -- what this server alone knows, and the keys that depend on it.
 *
 * A key's text is found by its hash, which needs no secret, and is sealed with
 * the secret so that its owner can read it again: a lost secret costs the
 * display, not the key. Read-only after secret_open; any thread.
 */
#ifndef CORE_SECRET_H
#define CORE_SECRET_H

#include "base/arena.h"
#include "base/result.h"
#include "store/key.h"

struct db;
struct secret;

/* Reads the file, or makes one that only its owner may read. ERR_DENIED: it
 * cannot be read or made; ERR_INVALID: it is something else. */
MUST_USE enum result secret_open(const char *path, struct secret **out);
void secret_close(struct secret *s);

void key_hash(struct str text, unsigned char out[static KEY_HASH]);

/* 1 to KEY_TEXT_MAX visible ASCII characters. */
bool key_text_valid(struct str text);

/* Makes a key of the kind for key->channel or key->account and stores it.
 * text with p == NULL: 16 characters from 0-9A-Z by the system's generator.
 * *made is the text. ERR_CONFLICT: somebody has it already. */
MUST_USE enum result key_issue(struct db *db, const struct secret *s,
                               struct arena *a, struct key *key,
                               struct str text, struct str *made);

/* The text of a key; p == NULL when it was sealed with another secret. */
struct str key_text(const struct secret *s, struct arena *a,
                    const struct key *key);

#endif
