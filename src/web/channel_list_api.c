/* channel_list_api.c -- lists of channels, and who owns them. */
#include <math.h>

#include "base/decimal.h"
#include "base/moment.h"
#include "base/zone.h"
#include "store/account.h"
#include "web/channel_format.h"
#include "web/routes.h"

enum { PER_PAGE = 15, ASKED_IDS = 200 };

static enum result write_array(struct call *c, struct channel_look look,
                               struct channel *list, int n)
{
    struct channel_list_writer w;
    enum result rc = OK;

    channel_list_begin(&w, c, look);
    bool xml = c->suffix == XML;
    if (xml && n == 0)
        xml_empty(&w.xml, "channels", "array");
    else if (xml)
        xml_open(&w.xml, "channels", "array");
    else
        json_open(&w.json, NULL, '[');
    for (int i = 0; i < n && rc == OK; i++)
        rc = channel_list_write(&w, &list[i]);
    if (xml && n > 0)
        xml_close(&w.xml, "channels");
    else if (!xml)
        json_close(&w.json, ']');
    return rc;
}

enum result channel_list_api(struct call *c)
{
    struct channel_query q = { .owner = grant_speaker(&c->visitor),
                               .tag = params_get(&c->params, "tag") };
    struct channel *list;
    int n;

    enum result rc = channel_list(c->db, c->arena, &q, &list, &n, NULL);
    if (rc != OK)
        return rc;
    if (c->suffix == XML)
        xml_start(&(struct xml){ .out = &c->res->body });
    return write_array(c,
                       (struct channel_look){ .keys = true, .whole = true },
                       list, n);
}

/* What the public list is asked for beyond the store's own query. */
struct filter {
    bool near;
    double latitude, longitude, kilometres;
    int64_t ids[ASKED_IDS];
    int n_ids;
};

static bool number(const struct call *c, const char *name, double *out)
{
    struct str s = params_get(&c->params, name);

    return s.p && decimal_parse(s, out, NULL);
}

static void read_filter(const struct call *c, struct filter *f)
{
    struct str rest = params_get(&c->params, "channel_ids");

    f->n_ids = 0;
    while (rest.n > 0 && f->n_ids < ASKED_IDS)
        if (str_int(str_trim(str_cut(&rest, ',')), &f->ids[f->n_ids]))
            f->n_ids++;
    f->near = number(c, "latitude", &f->latitude)
              && number(c, "longitude", &f->longitude)
              && number(c, "distance", &f->kilometres);
}

/* The great circle, on a ball (haversine). */
static double kilometres(double lat1, double lon1, double lat2, double lon2)
{
    const double rad = M_PI / 180, earth = 6371;
    double a = sin((lat2 - lat1) * rad / 2), b = sin((lon2 - lon1) * rad / 2);
    double h = a * a + cos(lat1 * rad) * cos(lat2 * rad) * b * b;

    return 2 * earth * asin(sqrt(h < 1 ? h : 1));
}

static bool wanted(const struct filter *f, const struct channel *ch)
{
    double lat, lon;
    bool listed = f->n_ids == 0;

    for (int i = 0; i < f->n_ids; i++)
        listed = listed || f->ids[i] == ch->id.n;
    if (!listed || !f->near)
        return listed;
    return decimal_parse(ch->latitude, &lat, NULL)
           && decimal_parse(ch->longitude, &lon, NULL)
           && kilometres(lat, lon, f->latitude, f->longitude)
                  <= f->kilometres;
}

/* One page of the public channels: by the store where it can, else by looking
 * at all of them. */
static enum result public_page(struct call *c, struct channel_query *q,
                               int64_t page, struct channel **list, int *n,
                               int64_t *total)
{
    struct filter f;
    int64_t skip = (page - 1) * PER_PAGE;
    int kept = 0;

    read_filter(c, &f);
    bool plain = !f.near && f.n_ids == 0;
    q->limit = plain ? PER_PAGE : 0;
    q->offset = plain ? skip : 0;
    enum result rc = channel_list(c->db, c->arena, q, list, n, total);
    if (rc != OK || plain)
        return rc;
    *total = 0;
    for (int i = 0; i < *n; i++) {
        if (!wanted(&f, &(*list)[i]))
            continue;
        if (*total >= skip && kept < PER_PAGE)
            (*list)[kept++] = (*list)[i];
        ++*total;
    }
    *n = kept;
    return OK;
}

static enum result whose(struct call *c, struct channel_query *q)
{
    struct str name = params_get(&c->params, "username");
    struct account who;

    if (name.n == 0)
        return OK;
    enum result rc = account_named(c->db, c->arena, name, &who);
    if (rc == OK)
        q->owner = who.id;
    return rc;
}

static enum result write_public(struct call *c, struct channel *list, int n,
                                int64_t page, int64_t total)
{
    const struct channel_look look = { .user_name = true };
    struct json j = { .out = &c->res->body };
    struct xml x = { .out = &c->res->body };

    if (c->suffix == XML) {
        xml_start(&x);
        return write_array(c, look, list, n);
    }
    json_open(&j, NULL, '{');
    json_open(&j, "pagination", '{');
    json_int(&j, "current_page", page);
    json_int(&j, "per_page", PER_PAGE);
    json_int(&j, "total_entries", total);
    json_close(&j, '}');
    buf_add(&c->res->body, STR(",\"channels\":"));
    enum result rc = write_array(c, look, list, n);
    buf_char(&c->res->body, '}');
    return rc;
}

enum result channel_public_api(struct call *c)
{
    struct channel_query q = { .public_only = true,
                               .tag = params_get(&c->params, "tag") };
    struct str asked = params_get(&c->params, "page");
    struct channel *list = NULL;
    int64_t page = 1, total = 0;
    int n = 0;

    if (asked.n && !str_int(str_trim(asked), &page))
        page = 1;
    if (page < 1 || page > INT32_MAX)
        return ERR_MISSING;
    enum result rc = whose(c, &q);
    if (rc == OK)
        rc = public_page(c, &q, page, &list, &n, &total);
    else if (rc == ERR_MISSING)
        rc = OK; /* nobody of that name has channels */
    return rc == OK ? write_public(c, list, n, page, total) : rc;
}

enum result account_api(struct call *c)
{
    struct xml x = { .out = &c->res->body };
    struct json j = { .out = &c->res->body };
    char room[MOMENT_ROOM];
    struct account who;

    enum result rc = account_named(c->db, c->arena, c->part[0], &who);
    if (rc != OK)
        return rc;
    struct str since = moment_iso(who.created_at, zone_utc(), room);
    if (c->suffix == XML) {
        xml_start(&x);
        xml_open(&x, "user", NULL);
        xml_int(&x, "id", who.id.n);
        xml_text(&x, "login", NULL, who.name);
        xml_text(&x, "created-at", "dateTime", since);
        xml_close(&x, "user");
        return OK;
    }
    c->suffix = JSON;
    json_open(&j, NULL, '{');
    json_int(&j, "id", who.id.n);
    json_text(&j, "login", who.name);
    json_text(&j, "created_at", since);
    json_close(&j, '}');
    return OK;
}

enum result account_channels_api(struct call *c)
{
    struct channel_query q = { 0 };
    struct channel *list;
    struct account who;
    int n;

    enum result rc = account_named(c->db, c->arena, c->part[0], &who);
    if (rc != OK)
        return rc;
    q.owner = who.id;
    q.public_only = !grant_owns(&c->visitor, who.id);
    rc = channel_list(c->db, c->arena, &q, &list, &n, NULL);
    if (rc != OK)
        return rc;
    if (c->suffix == XML) {
        xml_start(&(struct xml){ .out = &c->res->body });
        return write_array(c, (struct channel_look){ 0 }, list, n);
    }
    buf_add(&c->res->body, STR("{\"channels\":"));
    rc = write_array(c, (struct channel_look){ 0 }, list, n);
    buf_char(&c->res->body, '}');
    return rc;
}
