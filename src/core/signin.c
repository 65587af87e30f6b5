#include "core/signin.h"

#include "core/password.h"
#include "core/sessions.h"
#include "store/document.h"

/* On the writer. */
struct entering {
    struct arena *arena;
    const struct signin *in;
    struct str checked; /* the hash that the password was right for */
    struct str hash;    /* the one to have from now on; NO_STR: the same */
};

static enum result enter(struct db *db, void *arg)
{
    struct entering *e = arg;
    const struct signin *in = e->in;
    struct account now;

    enum result rc = account_get(db, e->arena, in->account, &now);
    if (rc == OK && !str_eq(now.password, e->checked))
        rc = ERR_DENIED;
    if (rc == OK && e->hash.p)
        rc = account_set_password(db, in->account, e->hash);
    if (rc == OK && in->leaves.p)
        rc = document_adopt(db, in->leaves, in->account);
    return rc;
}

static enum result begin(struct sessions *s, struct entering *e,
                         struct signin *in, bool alone)
{
    struct session session = { .account = in->account, .agent = in->agent,
                               .address = in->address };
    struct session_change change = { .with = enter, .arg = e,
                                     .end = in->leaves, .begin = &session };

    if (alone)
        change.end_all = in->account;
    enum result rc = sessions_change(s, e->arena, &change);
    in->id = change.id;
    return rc;
}

/* What is too long takes as long as what is wrong. */
static bool right(struct str password, struct str hash)
{
    bool same = password_check(str_cap(password, PASSWORD_MAX), hash);

    return same && password.n <= PASSWORD_MAX;
}

enum result signin_try(struct sessions *s, struct db *db, struct arena *a,
                       struct signin *in)
{
    struct account account;
    struct entering e = { .arena = a, .in = in };

    enum result rc = account_named(db, a, in->name, &account);
    if (rc == ERR_MISSING)
        password_pretend(str_cap(in->password, PASSWORD_MAX));
    if (rc == OK && !right(in->password, account.password))
        rc = ERR_DENIED;
    if (rc == OK && password_outdated(account.password)
        && in->password.n > 0)
        rc = password_hash(a, in->password, &e.hash);
    if (rc != OK)
        return rc;
    in->account = account.id;
    e.checked = account.password;
    return begin(s, &e, in, false);
}

static enum result prove(struct db *db, struct arena *a, struct account_id id,
                         struct str password, struct account *out)
{
    enum result rc = account_get(db, a, id, out);

    return rc == OK && !right(password, out->password) ? ERR_DENIED : rc;
}

enum result signin_change(struct sessions *s, struct db *db, struct arena *a,
                          struct signin *in, struct str to)
{
    struct account account;
    struct entering e = { .arena = a, .in = in };

    enum result rc = prove(db, a, in->account, in->password, &account);
    if (rc == OK)
        rc = password_hash(a, to, &e.hash);
    e.checked = account.password;
    return rc == OK ? begin(s, &e, in, true) : rc;
}

enum result signin_prove(struct db *db, struct arena *a,
                         struct account_id account, struct str password)
{
    struct account found;

    return prove(db, a, account, password, &found);
}
