#include "core/grant.h"

void grant_key(struct visitor *v, enum key_kind kind,
               struct channel_id channel, struct account_id account)
{
    v->keyed = true;
    v->kind = kind;
    v->channel = channel;
    v->speaks_for = account;
}

struct account_id grant_speaker(const struct visitor *v)
{
    return v->speaks_for.n ? v->speaks_for : v->account;
}

bool grant_owns(const struct visitor *v, struct account_id owner)
{
    return owner.n != 0
           && (v->account.n == owner.n || v->speaks_for.n == owner.n);
}

static bool is(const struct visitor *v, struct account_id who)
{
    return who.n != 0 && v->account.n == who.n;
}

static bool opens(const struct visitor *v, struct channel_id channel)
{
    return v->keyed && v->kind != KEY_USER && channel.n != 0
           && v->channel.n == channel.n;
}

static enum result signed_in(const struct visitor *v)
{
    return v->account.n ? OK : ERR_STRANGER;
}

/* A user key changes channels and does not read them: it may be with a
 * program that sets them up. */
static enum result read_channel(const struct visitor *v,
                                const struct object *o,
                                struct account_id owner)
{
    if (o->is_public || is(v, owner) || opens(v, o->channel))
        return OK;
    return ERR_STRANGER;
}

static enum result see_channel(const struct visitor *v,
                               const struct object *o)
{
    if (o->is_public || grant_owns(v, o->owner))
        return OK;
    return grant_speaker(v).n ? ERR_MISSING : ERR_STRANGER;
}

/* Whoever does not see a channel is not told that it is there; nor are
 * programs, which were told so always. */
static enum result manage_channel(const struct visitor *v,
                                  const struct object *o)
{
    if (grant_owns(v, o->owner))
        return OK;
    if (!grant_speaker(v).n)
        return ERR_STRANGER;
    return v->account.n && read_channel(v, o, o->owner) == OK ? ERR_DENIED
                                                              : ERR_MISSING;
}

static enum result read_post(const struct visitor *v, const struct object *o)
{
    if (o->removed)
        return ERR_MISSING;
    if (!o->channel.n || is(v, o->owner)
        || read_channel(v, o, o->channel_owner) == OK)
        return OK;
    return ERR_MISSING;
}

static enum result change_post(const struct visitor *v,
                               const struct object *o)
{
    if (!v->account.n)
        return ERR_STRANGER;
    if (is(v, o->owner))
        return OK;
    return read_post(v, o) == OK ? ERR_DENIED : ERR_MISSING;
}

static enum result document(const struct visitor *v, const struct object *o)
{
    bool mine = o->owner.n ? is(v, o->owner)
                           : o->session.n && str_eq(v->session, o->session);

    return mine ? OK : ERR_MISSING;
}

enum result grant(enum act act, const struct visitor *v,
                  const struct object *o)
{
    switch (act) {
    case ACT_LOOK:
    case ACT_LIST:
        return OK;
    case ACT_REGISTER:
        return o->open ? OK : ERR_DENIED;
    case ACT_BE_SOMEBODY:
        return signed_in(v);
    case ACT_USE_API:
        return grant_speaker(v).n ? OK : ERR_STRANGER;
    case ACT_ADMINISTER:
        return !v->account.n ? ERR_STRANGER : v->admin ? OK : ERR_DENIED;
    case ACT_STORE:
        return opens(v, o->channel) && v->kind == KEY_WRITE ? OK
                                                            : ERR_STRANGER;
    case ACT_READ_CHANNEL:
        return read_channel(v, o, o->owner);
    case ACT_SEE_CHANNEL:
        return see_channel(v, o);
    case ACT_MANAGE_CHANNEL:
        return manage_channel(v, o);
    case ACT_READ_POST:
        return read_post(v, o);
    case ACT_CHANGE_POST:
        return change_post(v, o);
    case ACT_DOCUMENT:
        return document(v, o);
    case ACT_COUNT:
        break;
    }
    return ERR_DENIED;
}
