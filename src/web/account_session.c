#include "web/account_session.h"

#include <sodium.h>

#include "core/sessions.h"
#include "web/browser.h"
#include "web/cookie.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/wording.h"

enum { SHOWN_MOST = 100 };

/* What the form calls a session: its hash, which opens nothing. */
static struct str handle(struct arena *a, const struct session *s)
{
    char hex[2 * SESSION_HASH + 1];

    sodium_bin2hex(hex, sizeof hex, (const unsigned char *)s->hash.p,
                   s->hash.n);
    return arena_copy(a, str_of(hex));
}

static bool mine(const struct call *c, const struct session *s)
{
    return str_eq(s->hash, c->visitor.session);
}

static void put(struct call *c, struct values *row, const struct session *s)
{
    int64_t now = sessions_now(c->app->sessions);

    values_flag(row, "mine", mine(c, s));
    values_text(row, "handle", handle(c->arena, s));
    values_text(row, "browser", browser_name(c->arena, s->agent));
    values_text(row, "address", s->address);
    wording_moment(c->arena, row, "began_iso", "began", s->created_at, NULL);
    wording_moment(c->arena, row, "seen_iso", "seen_clock", s->seen_at, NULL);
    values_text(row, "seen", wording_ago(c->arena, now - s->seen_at));
    wording_moment(c->arena, row, "ends_iso", "ends", s->expires_at, NULL);
}

static enum result list_mine(struct call *c, struct session **list, int *n)
{
    return sessions_list(c->app->sessions, c->db, c->arena,
                         c->visitor.account, list, n);
}

enum result account_sessions(struct call *c, struct values *v)
{
    struct session *list;
    int n;

    enum result rc = list_mine(c, &list, &n);
    if (rc != OK)
        return rc;
    for (int i = 0; i < n && i < SHOWN_MOST; i++)
        put(c, values_row(v, "sessions"), &list[i]);
    if (n > SHOWN_MOST)
        values_text(v, "older",
                    wording_many(c->arena, n - SHOWN_MOST, "other", "others"));
    values_flag(v, "elsewhere", n > 1);
    return OK;
}

static enum result end(struct call *c, const struct session *s)
{
    struct session_change change = { .end = s->hash };

    return sessions_change(c->app->sessions, c->arena, &change);
}

/* One that has ended meanwhile is as good as ended. */
enum result account_session_end_post(struct call *c)
{
    struct str which = params_form(&c->params, "session");
    struct session *list;
    bool own = false;
    int n;

    if (!which.p)
        return ERR_INVALID;
    enum result rc = list_mine(c, &list, &n);
    for (int i = 0; rc == OK && i < n; i++)
        if (str_eq(handle(c->arena, &list[i]), which)) {
            own = mine(c, &list[i]);
            rc = end(c, &list[i]);
        }
    if (rc != OK)
        return rc;
    if (own)
        cookie_end_session(c);
    return page_redirect(c, own ? STR("/") : STR("/account?done=session"));
}

enum result account_sessions_end_post(struct call *c)
{
    struct session_change change = { .end_all = c->visitor.account,
                                     .keep = c->visitor.session };

    enum result rc = sessions_change(c->app->sessions, c->arena, &change);
    return rc == OK ? page_redirect(c, STR("/account?done=sessions")) : rc;
}
