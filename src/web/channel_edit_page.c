/* channel_edit_page.c -- making a channel and describing it anew. */
#include "core/channel_change.h"
#include "core/writer.h"
#include "http/message.h"
#include "web/channel_form.h"
#include "web/channel_nav.h"
#include "web/page.h"
#include "web/routes.h"

/* What was typed, on its way to the writer. */
struct edit {
    struct job job; /* first */
    struct call *c;
    struct channel_form form;
    struct channel channel;
    const char *why; /* what is wrong with it */
};

static enum result show_new(struct call *c, const struct channel_form *f,
                            const char *why)
{
    struct values *v = values_new(c->arena);

    channel_form_put(f, c->arena, v);
    values_text(v, "title", STR("New channel - Almanac"));
    values_text(v, "flash", str_of(why));
    return page_show(c, "channel_create", v);
}

static enum result show_edit(struct call *c, const struct channel_form *f,
                             const char *why)
{
    struct values *v = values_new(c->arena);

    channel_form_put(f, c->arena, v);
    channel_nav_put(c, v, c->channel, "edit", "Edit");
    values_text(v, "flash", str_of(why));
    return page_show(c, "channel_edit", v);
}

/* What the store would not have, as a sentence; else NULL. */
static const char *refusal(const struct edit *e, enum result rc)
{
    if (rc == ERR_INVALID)
        return e->why;
    if (rc == ERR_TOO_BIG)
        return "One of the texts is too long: at most 4096 bytes for the "
               "description and the metadata, 255 for all others.";
    if (rc == ERR_GARBLED)
        return "One of the texts has bytes that are no characters.";
    return NULL;
}

enum result channel_create_page(struct call *c)
{
    struct channel blank = { .zone = STR("UTC") };
    struct channel_form f;

    channel_form_of(&f, c->arena, &blank);
    return show_new(c, &f, NULL);
}

static enum result do_create(struct db *db, struct job *job)
{
    struct edit *e = (struct edit *)job;
    struct channel_keys made;

    return channel_make(db, e->c->app->secret, e->c->arena, &e->channel,
                        &made);
}

enum result channel_create_post(struct call *c)
{
    struct edit *e = ARENA_NEW(c->arena, struct edit);

    e->job.do_it = do_create;
    e->c = c;
    channel_form_read(&e->form, c->arena, &c->params);
    if (e->form.more)
        return show_new(c, &e->form, NULL);
    e->channel.owner = c->visitor.account;
    e->channel.created_at = e->channel.updated_at = c->req->at;
    e->why = channel_form_apply(&e->form, c->arena, &e->channel);
    enum result rc
        = e->why ? ERR_INVALID : writer_do(c->app->writer, &e->job);
    const char *why = refusal(e, rc);
    if (why)
        return show_new(c, &e->form, why);
    return rc == OK ? channel_redirect(c, e->channel.id, "/connect") : rc;
}

enum result channel_edit_page(struct call *c)
{
    struct channel_form f;

    channel_form_of(&f, c->arena, c->channel);
    return show_edit(c, &f, NULL);
}

static enum result do_edit(struct db *db, struct job *job)
{
    struct edit *e = (struct edit *)job;
    struct channel *ch = &e->channel;

    /* Read again: another change may have come between. */
    enum result rc = channel_get(db, e->c->arena, e->c->channel->id, ch);
    if (rc != OK)
        return rc;
    ch->updated_at = e->c->req->at;
    e->why = channel_form_apply(&e->form, e->c->arena, ch);
    return e->why ? ERR_INVALID : channel_put(db, ch);
}

enum result channel_edit_post(struct call *c)
{
    struct edit *e = ARENA_NEW(c->arena, struct edit);

    e->job.do_it = do_edit;
    e->c = c;
    channel_form_read(&e->form, c->arena, &c->params);
    if (e->form.more)
        return show_edit(c, &e->form, NULL);
    enum result rc = writer_do(c->app->writer, &e->job);
    const char *why = refusal(e, rc);
    if (why)
        return show_edit(c, &e->form, why);
    return rc == OK ? channel_redirect(c, c->channel->id, "") : rc;
}
