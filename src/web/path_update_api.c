/* path_update_api.c -- one value in one URL, as the article's stations send
 * it: /update/API_key=K/mac=M/field=N/data=V. */
#include "base/decimal.h"
#include "base/form.h"
#include "base/zone.h"
#include "store/channel.h"
#include "web/page.h"
#include "web/routes.h"
#include "web/submission.h"

enum { PATH_FIELDS = 9 };

struct path_update {
    struct submission submission; /* first */
    struct str key, mac, field, data;
    struct reading reading;
    struct value value;
};

static bool take(struct path_update *u, struct arena *a, struct str part)
{
    const struct {
        const char *name;
        struct str *to;
    } names[] = {
        { "API_key", &u->key },
        { "mac", &u->mac },
        { "field", &u->field },
        { "data", &u->data },
    };
    struct str name = str_cut(&part, '=');

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!str_eq_case(name, str_of(names[i].name)))
            continue;
        *names[i].to = form_unescape(part, a);
        return true;
    }
    return false;
}

/* 400 and which part is wrong; at most 32 bytes, for a device's small buffer. */
static enum result wrong(struct call *c, const char *why)
{
    c->why = why;
    return ERR_INVALID;
}

static enum result read_value(struct path_update *u, struct call *c)
{
    bool comma = false;
    int64_t field;
    double v;

    if (!u->field.p || !str_int(u->field, &field) || field < 1
        || field > PATH_FIELDS)
        return wrong(c, "field must be 1 to 9");
    if (!u->data.p || u->data.n > VALUE_MAX
        || !decimal_parse(u->data, &v, &comma) || comma)
        return wrong(c, "data must be a number");
    u->value = (struct value){ (int)field, str_trim(u->data) };
    return OK;
}

static enum result fill(struct submission *s)
{
    struct path_update *u = (struct path_update *)s;
    struct call *c = s->c;

    enum admission in = keyring_admit(s->opens, u->mac);

    if (in == ADMIT_NO)
        return ERR_DENIED;
    enum result rc = read_value(u, c);
    if (rc != OK)
        return rc;
    u->reading = (struct reading){
        .at = c->req->at,
        .values = &u->value,
        .n_values = 1,
        .device = u->mac,
    };
    s->batch.list = &u->reading;
    s->batch.n = 1;
    if (in == ADMIT_NEW)
        s->batch.new_device = u->mac;
    return OK;
}

/* A browser is shown its reading with the field's name, in the channel's
 * time: the one case that needs the store again. */
static enum result show_page(struct call *c)
{
    const struct path_update *u = c->state;
    struct accepted shown = {
        .value = u->value.text,
        .at = u->reading.at,
    };
    struct channel ch;

    enum result rc = channel_get(c->db, c->arena, u->reading.channel, &ch);
    if (rc == OK)
        shown.zone = zone_named(ch.zone);
    if (rc == OK && !ch.is_public)
        shown.key = u->key; /* REFRESH opens with it */
    for (int i = 0; rc == OK && i < ch.n_fields; i++)
        if (ch.fields[i].number == u->value.field)
            shown.label = ch.fields[i].label;
    return page_accepted(c, &shown);
}

static enum result answer(struct submission *s, enum result rc)
{
    const struct path_update *u = (struct path_update *)s;
    struct call *c = s->c;
    bool page = call_wants_page(c);

    if (rc == OK && page)
        return call_in_worker(c, show_page);
    if (rc == OK) {
        c->suffix = TXT;
        buf_int(&c->res->body, u->reading.entry);
        return OK;
    }
    if (rc == ERR_STRANGER || rc == ERR_DENIED) {
        if (page)
            return page_denied(c);
        c->why = "Invalid API key or MAC address";
        return ERR_DENIED;
    }
    if (rc == ERR_BUSY)
        c->why = "Not stored, try again";
    if (rc == ERR_TOO_SOON)
        c->why = "Too soon after the last one";
    return rc;
}

static bool mac_valid(struct str s)
{
    return s.p && s.n >= 1 && s.n <= 64 && str_is_text(s);
}

enum result path_update_api(struct call *c)
{
    struct path_update *u = ARENA_NEW(c->arena, struct path_update);
    struct str rest = c->part[0];
    const char *unknown = NULL;

    u->submission.c = c;
    u->submission.fill = fill;
    u->submission.answer = answer;
    while (rest.p && rest.n > 0)
        if (!take(u, c->arena, str_cut(&rest, '/')))
            unknown = "unknown part in the address";
    if (unknown) {
        submission_refused(c, ERR_INVALID);
        return answer(&u->submission, wrong(c, unknown));
    }
    if (!u->key.p || !mac_valid(u->mac)) {
        submission_refused(c, u->key.p ? ERR_DENIED : ERR_STRANGER);
        return answer(&u->submission, ERR_DENIED);
    }
    return submission_start(c, &u->submission, str_trim(u->key));
}
