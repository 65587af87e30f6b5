/* accounts_one_page.c -- one of the accounts, for administrators. */
#include "core/password.h"
#include "core/sessions.h"
#include "core/writer.h"
#include "store/account.h"
#include "web/credentials.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/wording.h"

static enum result find(struct call *c, struct account *out)
{
    struct account_id id;

    if (!str_int(c->part[0], &id.n))
        return ERR_MISSING;
    return account_get(c->db, c->arena, id, out);
}

static enum result show(struct call *c, const struct account *a,
                        const char *flash)
{
    struct values *v = values_new(c->arena);
    int64_t channels = 0, posts = 0;

    enum result rc = account_channels(c->db, a->id, &channels);
    if (rc == OK)
        rc = account_posts(c->db, a->id, &posts);
    if (rc != OK)
        return rc;
    values_text(v, "title",
                arena_printf(c->arena, "%.*s - Almanac", STR_FMT(a->name)));
    values_text(v, "flash", str_of(flash));
    values_flag(v, "done", !flash && params_get(&c->params, "done").p);
    values_text(v, "id",
                arena_printf(c->arena, "%lld", (long long)a->id.n));
    values_text(v, "name", a->name);
    values_flag(v, "is_admin", a->admin);
    values_flag(v, "owner", channels > 0);
    values_text(v, "channels",
                wording_many(c->arena, channels, "channel", "channels"));
    values_text(v, "posts",
                wording_many(c->arena, posts, "post", "posts"));
    wording_moment(c->arena, v, "since_iso", "since", a->created_at, NULL);
    return page_show(c, "accounts_one", v);
}

static enum result show_again(struct call *c, const char *flash)
{
    struct account a;
    enum result rc = find(c, &a);

    return rc == OK ? show(c, &a, flash) : rc;
}

enum result accounts_one_page(struct call *c)
{
    return show_again(c, NULL);
}

static enum result back(struct call *c, struct account_id id)
{
    return page_redirect(c, arena_printf(c->arena, "/accounts/%lld?done=yes",
                                         (long long)id.n));
}

/* What is done to the account, on the writer. */
struct deed {
    struct job job; /* first; not for deeds that end sessions */
    struct account_id id;
    struct str hash;
    bool admin;
};

static enum result set_password(struct db *db, void *arg)
{
    const struct deed *d = arg;

    return account_set_password(db, d->id, d->hash);
}

static enum result change_password(struct call *c)
{
    struct deed d = { 0 };
    struct session_change change = { .with = set_password, .arg = &d };
    struct account a;

    enum result rc = find(c, &a);
    if (rc == OK)
        rc = password_hash(c->arena, params_form(&c->params, "password"),
                           &d.hash);
    if (rc != OK)
        return rc;
    change.end_all = d.id = a.id;
    rc = sessions_change(c->app->sessions, c->arena, &change);
    return rc == OK ? back(c, a.id) : rc;
}

enum result accounts_password_post(struct call *c)
{
    struct str password = params_form(&c->params, "password");

    if (!password.p)
        return ERR_INVALID;
    const char *wrong = credentials_password(password);
    return wrong ? show_again(c, wrong) : call_in_hasher(c, change_password);
}

static enum result set_admin(struct db *db, struct job *job)
{
    const struct deed *d = (struct deed *)job;
    enum result rc = d->admin ? OK : account_may_step_down(db, d->id);

    return rc == OK ? account_set_admin(db, d->id, d->admin) : rc;
}

enum result accounts_admin_post(struct call *c)
{
    struct str wanted = params_form(&c->params, "admin");
    struct deed d = { .job = { .do_it = set_admin },
                      .admin = str_is(wanted, "yes") };
    struct account a;

    if (!d.admin && !str_is(wanted, "no"))
        return ERR_INVALID;
    enum result rc = find(c, &a);
    if (rc != OK)
        return rc;
    d.id = a.id;
    rc = writer_do(c->app->writer, &d.job);
    if (rc == ERR_DENIED)
        return show(c, &a, "The last administrator stays one. Make somebody "
                           "else an administrator first.");
    return rc == OK ? back(c, a.id) : rc;
}

static enum result remove_it(struct db *db, void *arg)
{
    const struct deed *d = arg;
    enum result rc = account_may_step_down(db, d->id);

    return rc == OK ? account_remove(db, d->id) : rc;
}

enum result accounts_remove_post(struct call *c)
{
    struct deed d = { 0 };
    struct session_change change = { .with = remove_it, .arg = &d };
    struct account a;

    if (!params_form(&c->params, "sure").p)
        return show_again(c, "Tick the box to remove the account.");
    enum result rc = find(c, &a);
    if (rc != OK)
        return rc;
    change.end_all = d.id = a.id;
    rc = account_may_leave(c->db, a.id); /* before anybody is signed out */
    if (rc == OK)
        rc = sessions_change(c->app->sessions, c->arena, &change);
    if (rc == ERR_CONFLICT)
        return show(c, &a, "This account still owns channels. They have to be "
                           "deleted first.");
    if (rc == ERR_DENIED)
        return show(c, &a, "The last administrator cannot be removed while "
                           "others have accounts.");
    c->keys_changed = rc == OK;
    return rc == OK ? page_redirect(c, STR("/accounts")) : rc;
}
