#include "web/routes.h"

#include "base/form.h"

#define LOOK (GET | HEAD)

const struct route routes[] = {
    /* devices: GET writes, HEAD must not */
    { GET | POST, "/update.*",   update_api,      IN_LOOP, ZERO, ACT_STORE },
    { GET | POST, "/s/update.*", update_api,      IN_LOOP, ZERO, ACT_STORE },
    { GET,        "/update/*",   path_update_api, IN_LOOP, WORD, ACT_STORE },
    { POST, "/channels/:/bulk_update.json*", bulk_api,
      IN_WORKER, OBJECT, ACT_STORE },

    /* readings */
    { LOOK, "/channels/:/feeds.json*", feeds_api,
      IN_LONG, MINUS, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/feeds/last.*", last_api,
      IN_WORKER, MINUS, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/feeds/last_data_age.*", age_api,
      IN_WORKER, MINUS, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/feeds/last_average.*", recent_api,
      IN_LONG, MINUS, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/feeds/last_sum.*", recent_api,
      IN_LONG, MINUS, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/feeds/last_median.*", recent_api,
      IN_LONG, MINUS, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/feeds/entry/:.*", entry_api,
      IN_WORKER, MINUS, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/feeds/:.*", entry_api,
      IN_WORKER, MINUS, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/fields/:.json*", field_api,
      IN_LONG, MINUS, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/fields/:/last.*", field_last_api,
      IN_WORKER, MINUS, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/fields/:/last_data_age.*", age_api,
      IN_WORKER, MINUS, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/fields/:/last_average.*", recent_api,
      IN_LONG, MINUS, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/fields/:/last_sum.*", recent_api,
      IN_LONG, MINUS, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/fields/:/last_median.*", recent_api,
      IN_LONG, MINUS, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/fields/:/:.*", field_entry_api,
      IN_WORKER, MINUS, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/status.json*", status_api,
      IN_WORKER, MINUS, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/status/last.*", status_last_api,
      IN_WORKER, MINUS, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/charts/:.svg", chart_picture,
      IN_LONG, PICTURE, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/charts/:", chart_frame,
      IN_LONG, PICTURE, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/series.json*", series_api,
      IN_LONG, OBJECT, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/events", channel_events_api,
      IN_WORKER, MINUS, ACT_READ_CHANNEL },
    { LOOK, "/events", events_api, IN_WORKER, MINUS, ACT_LIST },
    { LOOK | POST, "/stream/channels/:/feeds.*", export_api,
      IN_LONG, MINUS, ACT_READ_CHANNEL },

    /* channels, for people */
    { LOOK, "/channels.*",         channel_list_page,
      IN_WORKER, PAGE, ACT_LIST },
    { LOOK, "/channels/create",    channel_create_page,
      IN_WORKER, PAGE, ACT_BE_SOMEBODY },
    { POST, "/channels/create",    channel_create_post,
      IN_WORKER, PAGE, ACT_BE_SOMEBODY },
    { LOOK, "/channels/:/edit",    channel_edit_page,
      IN_WORKER, PAGE, ACT_MANAGE_CHANNEL },
    { POST, "/channels/:/edit",    channel_edit_post,
      IN_WORKER, PAGE, ACT_MANAGE_CHANNEL },
    { LOOK, "/channels/:/clear",   channel_clear_page,
      IN_WORKER, PAGE, ACT_MANAGE_CHANNEL },
    { POST, "/channels/:/clear",   channel_clear_post,
      IN_WORKER, PAGE, ACT_MANAGE_CHANNEL },
    { LOOK, "/channels/:/delete",  channel_delete_page,
      IN_WORKER, PAGE, ACT_MANAGE_CHANNEL },
    { POST, "/channels/:/delete",  channel_delete_post,
      IN_WORKER, PAGE, ACT_MANAGE_CHANNEL },
    { LOOK, "/channels/:/connect", channel_connect_page,
      IN_WORKER, PAGE, ACT_MANAGE_CHANNEL },
    { LOOK, "/channels/:/keys",    channel_keys_page,
      IN_WORKER, PAGE, ACT_MANAGE_CHANNEL },
    { POST, "/channels/:/keys",    channel_keys_post,
      IN_WORKER, PAGE, ACT_MANAGE_CHANNEL },
    { LOOK, "/channels/:/devices", channel_devices_page,
      IN_WORKER, PAGE, ACT_MANAGE_CHANNEL },
    { POST, "/channels/:/devices", channel_devices_post,
      IN_WORKER, PAGE, ACT_MANAGE_CHANNEL },
    { LOOK, "/channels/:/import",  channel_import_page,
      IN_WORKER, PAGE, ACT_MANAGE_CHANNEL },
    { POST, "/channels/:/import",  channel_import_post,
      IN_LONG, PAGE, ACT_MANAGE_CHANNEL },
    { LOOK, "/channels/:/export",  channel_export_page,
      IN_WORKER, PAGE, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/export.csv", channel_export_file,
      IN_LONG, PAGE, ACT_READ_CHANNEL },
    { LOOK, "/channels/:/embed",   channel_embed_page,
      IN_WORKER, PAGE, ACT_READ_CHANNEL },

    /* channels and accounts */
    { LOOK,   "/channels.*",         channel_list_api,
      IN_WORKER, OBJECT, ACT_USE_API },
    { POST,   "/channels.*",         channel_add_api,
      IN_WORKER, OBJECT, ACT_USE_API },
    { LOOK,   "/channels/public.*",  channel_public_api,
      IN_WORKER, OBJECT, ACT_LOOK },
    { LOOK,   "/channels/:.*",       channel_page,
      IN_WORKER, PAGE, ACT_READ_CHANNEL },
    { LOOK,   "/channels/:.*",       channel_api,
      IN_WORKER, OBJECT, ACT_SEE_CHANNEL },
    { PUT,    "/channels/:.*",       channel_put_api,
      IN_WORKER, OBJECT, ACT_MANAGE_CHANNEL },
    { DELETE, "/channels/:.*",       channel_remove_api,
      IN_WORKER, OBJECT, ACT_MANAGE_CHANNEL },
    { POST,   "/channels/:.*",       override_api, IN_WORKER, OBJECT, ACT_LOOK },
    { DELETE, "/channels/:/feeds.*", channel_clear_api,
      IN_WORKER, OBJECT, ACT_MANAGE_CHANNEL },
    { POST,   "/channels/:/feeds.*", override_api, IN_WORKER, OBJECT, ACT_LOOK },
    { LOOK,   "/users/:.*",          account_api,        IN_WORKER, OBJECT, ACT_LOOK },
    { LOOK,   "/users/:/channels.*", account_channels_api,
      IN_WORKER, OBJECT, ACT_LIST },

    /* pages */
    { LOOK, "/",               home_page,       IN_WORKER, PAGE, ACT_LIST },
    { LOOK, "/home/edit",      home_edit_page,
      IN_WORKER, PAGE, ACT_BE_SOMEBODY },
    { POST, "/home/edit",      home_edit_post,
      IN_WORKER, PAGE, ACT_BE_SOMEBODY },
    { LOOK, "/showrecent",     recent_redirect, IN_LOOP,   PAGE, ACT_LOOK },
    { LOOK, "/showtemp",       recent_redirect, IN_LOOP,   PAGE, ACT_LOOK },
    { LOOK, "/showdoubletemp", recent_redirect, IN_LOOP,   PAGE, ACT_LOOK },
    { LOOK, "/static/*",       static_file,     IN_LOOP,   PAGE, ACT_LOOK },

    /* accounts */
    { LOOK, "/auth/register", register_page, IN_WORKER, PAGE, ACT_REGISTER },
    { POST, "/auth/register", register_post, IN_LOOP,   PAGE, ACT_REGISTER },
    { LOOK, "/auth/login",    login_page,    IN_WORKER, PAGE, ACT_LOOK },
    { POST, "/auth/login",    login_post,    IN_LOOP,   PAGE, ACT_LOOK },
    { POST, "/auth/logout",   logout_post,   IN_WORKER, PAGE, ACT_LOOK },
    { LOOK, "/account",       account_page,  IN_WORKER, PAGE, ACT_BE_SOMEBODY },
    { POST, "/account/password", account_password_post,
      IN_WORKER, PAGE, ACT_BE_SOMEBODY },
    { POST, "/account/key",   account_key_post,
      IN_WORKER, PAGE, ACT_BE_SOMEBODY },
    { POST, "/account/sessions/end", account_session_end_post,
      IN_WORKER, PAGE, ACT_BE_SOMEBODY },
    { POST, "/account/sessions/end_others", account_sessions_end_post,
      IN_WORKER, PAGE, ACT_BE_SOMEBODY },
    { LOOK, "/account/close", account_close_page,
      IN_WORKER, PAGE, ACT_BE_SOMEBODY },
    { POST, "/account/close", account_close_post,
      IN_WORKER, PAGE, ACT_BE_SOMEBODY },
    { LOOK, "/accounts",      accounts_page,
      IN_WORKER, PAGE, ACT_ADMINISTER },
    { POST, "/accounts",      accounts_add_post,
      IN_WORKER, PAGE, ACT_ADMINISTER },
    { LOOK, "/accounts/:",    accounts_one_page,
      IN_WORKER, PAGE, ACT_ADMINISTER },
    { POST, "/accounts/:/password", accounts_password_post,
      IN_WORKER, PAGE, ACT_ADMINISTER },
    { POST, "/accounts/:/admin", accounts_admin_post,
      IN_WORKER, PAGE, ACT_ADMINISTER },
    { POST, "/accounts/:/remove", accounts_remove_post,
      IN_WORKER, PAGE, ACT_ADMINISTER },

    /* tools, and what they made */
    { LOOK, "/tools/mapper",       mapper_page,    IN_WORKER, PAGE, ACT_LOOK },
    { POST, "/tools/mapper",       mapper_post,    IN_LONG,   PAGE, ACT_LIST },
    { LOOK, "/documents",          documents_page, IN_WORKER, PAGE, ACT_LIST },
    { LOOK, "/documents/:",        document_page,
      IN_WORKER, PAGE, ACT_DOCUMENT },
    { LOOK, "/documents/:/:",      document_file,
      IN_WORKER, PAGE, ACT_DOCUMENT },
    { POST, "/documents/:/delete", document_delete_post,
      IN_WORKER, PAGE, ACT_DOCUMENT },

    /* the journal */
    { LOOK, "/hello",             hello_page,   IN_LOOP,   PAGE, ACT_LOOK },
    { LOOK, "/journal",           journal_page, IN_WORKER, PAGE, ACT_LIST },
    { LOOK, "/journal.atom",      journal_feed, IN_WORKER, PAGE, ACT_LIST },
    { LOOK, "/journal/create",    post_create_page,
      IN_WORKER, PAGE, ACT_BE_SOMEBODY },
    { POST, "/journal/create",    post_create_post,
      IN_WORKER, PAGE, ACT_BE_SOMEBODY },
    { LOOK, "/journal/removed",   journal_removed_page,
      IN_WORKER, PAGE, ACT_BE_SOMEBODY },
    { LOOK, "/journal/:",         post_page, IN_WORKER, PAGE, ACT_READ_POST },
    { LOOK, "/journal/:/update",  post_update_page,
      IN_WORKER, PAGE, ACT_CHANGE_POST },
    { POST, "/journal/:/update",  post_update_post,
      IN_WORKER, PAGE, ACT_CHANGE_POST },
    { POST, "/journal/:/delete",  post_delete_post,
      IN_WORKER, PAGE, ACT_CHANGE_POST },
    { POST, "/journal/:/restore", post_restore_post,
      IN_WORKER, PAGE, ACT_CHANGE_POST },

    /* operation */
    { LOOK, "/health",  health_api,  IN_LOOP,   WORD, ACT_LOOK },
    { LOOK, "/metrics", metrics_api, IN_LOOP,   WORD, ACT_LOOK },

    { 0, NULL, NULL, IN_LOOP, WORD, ACT_LOOK },
};

static const struct {
    const char *ends;
    enum suffix suffix;
} suffixes[] = {
    { ".json", JSON },
    { ".xml", XML },
    { ".csv", CSV },
    { ".txt", TXT },
};

/* Takes a known suffix off; any other only where the route leaves no doubt
 * that it is one. */
static struct str without_suffix(struct str last, bool literal,
                                 enum suffix *found)
{
    *found = PLAIN;
    for (size_t i = 0; i < sizeof suffixes / sizeof *suffixes; i++) {
        struct str end = str_of(suffixes[i].ends);

        if (str_ends(last, end)) {
            *found = suffixes[i].suffix;
            last.n -= end.n;
            return last;
        }
    }
    if (literal)
        last.n = str_find(last, '.');
    return last;
}

/* The old names that clients still use. */
static struct str modern(struct str part)
{
    static const char *const old[][2] = {
        { "feed", "feeds" },
        { "field", "fields" },
        { "statuses", "status" },
    };

    for (size_t i = 0; i < sizeof old / sizeof *old; i++)
        if (str_is(part, old[i][0]))
            return str_of(old[i][1]);
    return part;
}

static bool take_part(struct call *c, int *n_parts, struct str part)
{
    if (*n_parts == PARTS_MAX)
        return false;
    c->part[(*n_parts)++] = form_unescape(part, c->arena);
    return true;
}

static bool match_last(struct call *c, struct str want, struct str got,
                       int *n_parts)
{
    bool json = str_ends(want, STR(".json*"));
    bool picture = str_ends(want, STR(".svg"));
    bool suffixed = json || str_ends(want, STR(".*"));

    if (suffixed) {
        want.n = str_find(want, '.');
        got = without_suffix(got, !str_is(want, ":"), &c->suffix);
        if (json && c->suffix == PLAIN)
            c->suffix = JSON;
    }
    if (picture && str_ends(got, STR(".svg"))) {
        want.n -= strlen(".svg");
        got.n -= strlen(".svg");
    }
    if (str_is(want, ":"))
        return got.n > 0 && take_part(c, n_parts, got);
    return str_eq(want, suffixed ? modern(got) : got);
}

static bool match(struct call *c, const char *pattern)
{
    struct str want = str_from(str_of(pattern), 1);
    struct str got = str_from(c->req->path, 1);
    int n_parts = 0;

    c->suffix = PLAIN;
    while (want.p && got.p) {
        struct str w = str_cut(&want, '/');

        if (str_is(w, "*")) {
            c->part[n_parts] = got;
            return true;
        }
        struct str g = str_cut(&got, '/');
        if (!want.p && got.p && got.n == 0)
            got = NO_STR; /* a slash at the end */
        if (!want.p)
            return !got.p && match_last(c, w, g, &n_parts);
        if (str_is(w, ":") ? g.n == 0 || !take_part(c, &n_parts, g)
                           : !str_eq(w, modern(g)))
            return false;
    }
    return false;
}

/* The page of an address that is data, too, is for browsers. */
static bool for_others(const struct call *c, const struct route *r)
{
    return r->dialect == PAGE && str_ends(str_of(r->path), STR(".*"))
           && (c->suffix != PLAIN || !call_wants_page(c));
}

/* A page has one address: none with a slash at its end. */
static bool astray(const struct call *c, const struct route *r)
{
    return r->dialect == PAGE && c->req->path.n > 1
           && str_ends(c->req->path, STR("/"))
           && !str_ends(str_of(r->path), STR("*"));
}

enum result route_find(struct call *c, unsigned *allowed)
{
    struct str accept = request_header(c->req, "Accept");

    *allowed = 0;
    for (const struct route *r = routes; r->path; r++) {
        if (!match(c, r->path) || for_others(c, r)
            || astray(c, r))
            continue;
        *allowed |= r->methods;
        if (!(r->methods & c->method)
            || (c->req->method == HEAD && !(r->methods & HEAD)))
            continue;
        c->route = r;
        if (c->suffix == PLAIN && accept.p
            && memmem(accept.p, accept.n, "application/json", 16))
            c->suffix = JSON;
        return OK;
    }
    return *allowed ? ERR_METHOD : ERR_MISSING;
}
