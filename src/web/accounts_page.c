/* accounts_page.c -- everybody who has an account, for administrators. */
#include "core/newcomer.h"
#include "store/account.h"
#include "web/credentials.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/wording.h"

enum { PAGE_ACCOUNTS = 100 };

static void put(struct call *c, struct values *row, const struct account *a)
{
    values_text(row, "id",
                arena_printf(c->arena, "%lld", (long long)a->id.n));
    values_text(row, "name", a->name);
    values_flag(row, "is_admin", a->admin);
    values_text(row, "channels",
                arena_printf(c->arena, "%lld", (long long)a->channels));
    wording_moment(c->arena, row, "since_iso", "since", a->created_at, NULL);
}

/* The accounts behind the one of ?after=, and the address of those behind
 * them. */
static enum result put_list(struct call *c, struct values *v)
{
    struct account_id after = { 0 };
    struct account *list;
    int n;

    str_int(params_get(&c->params, "after"), &after.n);
    enum result rc = account_list_after(c->db, c->arena, after,
                                        PAGE_ACCOUNTS + 1, &list, &n);
    for (int i = 0; rc == OK && i < n && i < PAGE_ACCOUNTS; i++)
        put(c, values_row(v, "accounts"), &list[i]);
    if (rc == OK && n > PAGE_ACCOUNTS)
        values_text(v, "more",
                    arena_printf(c->arena, "/accounts?after=%lld",
                                 (long long)list[PAGE_ACCOUNTS - 1].id.n));
    return rc;
}

static enum result show(struct call *c, const char *flash)
{
    struct values *v = values_new(c->arena);
    int64_t total = 0;

    enum result rc = put_list(c, v);
    if (rc == OK)
        rc = account_count(c->db, &total);
    if (rc != OK)
        return rc;
    values_text(v, "title", STR("Accounts - Almanac"));
    values_text(v, "flash", str_of(flash));
    values_text(v, "total",
                wording_many(c->arena, total, "account", "accounts"));
    values_text(v, "username", credentials_shown(c));
    values_flag(v, "newcomer_admin",
                params_form(&c->params, "admin").p != NULL);
    return page_show(c, "accounts", v);
}

enum result accounts_page(struct call *c)
{
    return show(c, NULL);
}

static enum result add(struct call *c)
{
    struct newcomer n = {
        .name = params_form(&c->params, "username"),
        .admin = params_form(&c->params, "admin").p != NULL,
    };

    enum result rc = credentials_join(c, &n,
                                      params_form(&c->params, "password"));
    if (rc == ERR_CONFLICT)
        return show(c, credentials_taken(c, n.name));
    return rc == OK ? page_redirect(c, STR("/accounts")) : rc;
}

enum result accounts_add_post(struct call *c)
{
    struct str name = params_form(&c->params, "username");
    struct str password = params_form(&c->params, "password");

    if (!name.p || !password.p)
        return ERR_INVALID;
    const char *wrong = credentials_name(name);
    if (!wrong)
        wrong = credentials_password(password);
    return wrong ? show(c, wrong) : call_in_hasher(c, add);
}
