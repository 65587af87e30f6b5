#include "web/user_key.h"

#include "core/secret.h"

enum result user_key_account(struct call *c, struct account_id *out)
{
    unsigned char hash[KEY_HASH];
    struct str text = call_key(c);
    struct key key;

    if (!text.p)
        return ERR_STRANGER;
    key_hash(text, hash);
    enum result rc = key_find(
        c->db, c->arena, (struct str){ (const char *)hash, KEY_HASH }, &key);
    if (rc == ERR_MISSING || (rc == OK && key.kind != KEY_USER))
        return ERR_STRANGER;
    if (rc == OK)
        *out = key.account;
    return rc;
}
