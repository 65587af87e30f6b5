#include "web/caller.h"

#include "core/secret.h"

static enum result find(struct call *c, struct key *out)
{
    unsigned char hash[KEY_HASH];
    struct str text = call_key(c);

    if (!text.p || !key_text_valid(text))
        return ERR_STRANGER;
    key_hash(text, hash);
    enum result rc = key_find(
        c->db, c->arena, (struct str){ (const char *)hash, KEY_HASH }, out);
    return rc == ERR_MISSING ? ERR_STRANGER : rc;
}

enum result caller_channel(struct call *c, struct channel_id *out)
{
    struct key key;
    enum result rc = find(c, &key);

    if (rc == OK && key.kind == KEY_USER)
        rc = ERR_STRANGER;
    if (rc == OK)
        *out = key.channel;
    return rc;
}

enum result caller_account(struct call *c, struct account_id *out)
{
    struct key key;
    enum result rc = find(c, &key);

    if (rc == OK && key.kind != KEY_USER)
        rc = ERR_STRANGER;
    if (rc == OK)
        *out = key.account;
    return rc;
}
