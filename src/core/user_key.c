#include "core/user_key.h"

#include "core/secret.h"
#include "store/key.h"

enum result user_key_renew(struct db *db, const struct secret *s,
                           struct arena *a, struct account_id id, int64_t now,
                           struct str *text)
{
    struct key key = { .kind = KEY_USER, .account = id, .created_at = now };
    struct key *list;
    int n;

    enum result rc = key_list_account(db, a, id, &list, &n);
    for (int i = 0; rc == OK && i < n; i++)
        rc = key_remove(db, list[i].id);
    return rc == OK ? key_issue(db, s, a, &key, NO_STR, text) : rc;
}

enum result user_key_text(struct db *db, const struct secret *s,
                          struct arena *a, struct account_id id,
                          struct str *text)
{
    struct key *list;
    int n;

    enum result rc = key_list_account(db, a, id, &list, &n);
    *text = rc == OK && n > 0 && s ? key_text(s, a, &list[0]) : NO_STR;
    return rc;
}
