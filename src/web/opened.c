#include "web/opened.h"

#include "core/secret.h"
#include "store/key.h"

enum result opened_channel(struct call *c, struct channel_id *id)
{
    unsigned char hash[KEY_HASH];
    struct str text = call_key(c);
    struct key key;

    id->n = 0;
    if (!text.n)
        return OK;
    if (!key_text_valid(text))
        return ERR_DENIED;
    key_hash(text, hash);
    enum result rc = key_find(c->db, c->arena,
                              (struct str){ (char *)hash, sizeof hash }, &key);
    if (rc == ERR_MISSING || (rc == OK && key.kind == KEY_USER))
        return ERR_DENIED;
    if (rc == OK)
        *id = key.channel;
    return rc;
}
