/* register_page.c -- newcomers make themselves an account. */
#include "core/newcomer.h"
#include "store/account.h"
#include "web/attempt.h"
#include "web/credentials.h"
#include "web/page.h"
#include "web/routes.h"

static enum result show(struct call *c, const char *flash)
{
    struct values *v = values_new(c->arena);

    values_text(v, "title", STR("Register - Almanac"));
    values_text(v, "flash", str_of(flash));
    values_text(v, "username", credentials_shown(c));
    return page_show(c, "register", v);
}

enum result register_page(struct call *c)
{
    return show(c, NULL);
}

/* The two in the form, and what is wrong with them. */
static const char *read_form(struct call *c, struct str *name,
                             struct str *password)
{
    *name = params_form(&c->params, "username");
    *password = params_form(&c->params, "password");
    const char *wrong = credentials_name(*name);
    return wrong ? wrong : credentials_password(*password);
}

/* The name is asked about first: hashing takes its time. */
static enum result add(struct call *c)
{
    struct newcomer n = { .first_is_admin = true };
    struct str password;
    struct account found;

    read_form(c, &n.name, &password);
    enum result rc = account_named(c->db, c->arena, n.name, &found);
    if (rc == ERR_MISSING)
        rc = credentials_join(c, &n, password);
    else if (rc == OK)
        rc = ERR_CONFLICT;
    if (rc == ERR_CONFLICT)
        return show(c, credentials_taken(c, n.name));
    return rc == OK ? page_redirect(c, STR("/auth/login")) : rc;
}

static enum result say_what_is_wrong(struct call *c)
{
    struct str name, password;

    return show(c, read_form(c, &name, &password));
}

enum result register_post(struct call *c)
{
    struct str name, password;
    const char *wrong = read_form(c, &name, &password);

    if (!name.p || !password.p)
        return ERR_INVALID;
    if (wrong)
        return call_in_worker(c, say_what_is_wrong);
    return attempt_begin(c, NO_STR, add);
}
