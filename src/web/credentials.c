#include "web/credentials.h"

#include "base/moment.h"
#include "core/newcomer.h"
#include "core/password.h"
#include "core/writer.h"
#include "store/account.h"

const char *credentials_name(struct str name)
{
    if (name.n == 0)
        return "Username is required.";
    if (name.n > ACCOUNT_NAME_MAX)
        return "That username is too long: it may have 63 bytes, which is 63 "
               "letters from A to Z.";
    if (!str_is_text(name))
        return "That username is no text: its bytes are not UTF-8.";
    return NULL;
}

const char *credentials_password(struct str password)
{
    if (password.n == 0)
        return "Password is required.";
    if (password.n > PASSWORD_MAX)
        return "That password is too long: it may have 1024 bytes.";
    if (!str_is_text(password))
        return "That password is no text: its bytes are not UTF-8.";
    return NULL;
}

struct str credentials_shown(const struct call *c)
{
    struct str name = params_form(&c->params, "username");

    return name.p && str_is_text(name) ? name : NO_STR;
}

struct joining {
    struct job job; /* first */
    struct call *call;
    struct newcomer *newcomer;
};

static enum result join(struct db *db, struct job *job)
{
    struct joining *j = (struct joining *)job;

    return newcomer_add(db, j->call->app->secret, j->call->arena,
                        j->newcomer, moment_now());
}

enum result credentials_join(struct call *c, struct newcomer *n,
                             struct str password)
{
    struct joining j = { .job = { .do_it = join }, .call = c, .newcomer = n };

    enum result rc = password_hash(c->arena, password, &n->password);
    return rc == OK ? writer_do(c->app->writer, &j.job) : rc;
}

const char *credentials_taken(struct call *c, struct str name)
{
    return arena_printf(c->arena, "User %.*s is already registered.",
                        STR_FMT(name)).p;
}
