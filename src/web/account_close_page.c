/* account_close_page.c -- leaving, with everything that one has. */
#include "core/sessions.h"
#include "core/signin.h"
#include "http/message.h"
#include "web/attempt.h"
#include "web/cookie.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/wording.h"

#define LAST_ADMINISTRATOR                                              \
    "You are the only administrator, and others have accounts here. "   \
    "Make one of them an administrator first."
#define OWNS_CHANNELS                                               \
    "You still own channels. Delete them first: their readings go " \
    "with them, so that is not done in passing."

static enum result show(struct call *c, const char *flash)
{
    struct values *v = values_new(c->arena);
    int64_t channels = 0, posts = 0;

    enum result rc = account_channels(c->db, c->visitor.account, &channels);
    if (rc == OK)
        rc = account_posts(c->db, c->visitor.account, &posts);
    if (rc != OK)
        return rc;
    values_text(v, "title", STR("Close your account - Almanac"));
    values_text(v, "flash", str_of(flash));
    values_flag(v, "owner", channels > 0);
    values_text(v, "channels",
                wording_many(c->arena, channels, "channel", "channels"));
    values_flag(v, "author", posts > 0);
    values_text(v, "posts",
                wording_many(c->arena, posts, "post", "posts"));
    return page_show(c, "account_close", v);
}

enum result account_close_page(struct call *c)
{
    return show(c, NULL);
}

static enum result remove_account(struct db *db, void *arg)
{
    const struct account_id *id = arg;
    enum result rc = account_may_step_down(db, *id);

    return rc == OK ? account_remove(db, *id) : rc;
}

static enum result close_it(struct call *c)
{
    struct account_id id = c->visitor.account;
    struct session_change change = { .with = remove_account, .arg = &id,
                                     .end_all = id };

    enum result rc = signin_prove(c->db, c->arena, id,
                                  params_form(&c->params, "password"));
    if (rc == ERR_DENIED)
        return show(c, "That is not your password.");
    attempt_forgive(c);
    if (rc == OK) /* asked before anybody is signed out */
        rc = account_may_leave(c->db, id);
    if (rc == OK)
        rc = sessions_change(c->app->sessions, c->arena, &change);
    if (rc == ERR_CONFLICT)
        return show(c, OWNS_CHANNELS);
    if (rc == ERR_DENIED)
        return show(c, LAST_ADMINISTRATOR);
    if (rc != OK)
        return rc;
    c->keys_changed = true;
    cookie_end_session(c);
    return page_redirect(c, STR("/"));
}

enum result account_close_post(struct call *c)
{
    if (!params_form(&c->params, "password").p)
        return ERR_INVALID;
    return attempt_begin(c, c->account_name, close_it);
}
