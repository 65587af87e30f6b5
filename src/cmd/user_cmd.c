#include <errno.h>
#include <unistd.h>

#include "base/json.h"
#include "base/moment.h"
#include "base/zone.h"
#include "cmd/cmd.h"
#include "cmd/say.h"
#include "cmd/verbs.h"
#include "core/newcomer.h"
#include "core/password.h"
#include "core/sessions.h"
#include "core/user_key.h"
#include "store/account.h"
#include "store/session.h"

/* Standard input without the line end that follows it. False: too long. */
static bool read_password(char *room, struct str *out)
{
    size_t n = 0;
    ssize_t got = 1;

    while (got != 0 && n < PASSWORD_MAX + 2) {
        got = read(STDIN_FILENO, room + n, PASSWORD_MAX + 2 - n);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            break;
        n += (size_t)got;
    }
    if (n > 0 && room[n - 1] == '\n')
        n--;
    *out = (struct str){ room, n };
    return got == 0 && n <= PASSWORD_MAX;
}

static int hash_password(struct open_store *s, struct str *hash)
{
    struct str password;
    char *room = arena_get(s->arena, PASSWORD_MAX + 2);

    if (!read_password(room, &password))
        return say_failed("a password has at most %d bytes", PASSWORD_MAX);
    if (password.n == 0)
        return say_failed("the password on standard input is empty");
    if (!str_is_text(password))
        return say_failed("the password is not valid UTF-8");
    enum result rc = password_hash(s->arena, password, hash);
    return rc == OK ? CMD_DONE
                    : store_failed(rc, "the password cannot be hashed");
}

static int find(struct open_store *s, const char *name, struct account *out)
{
    enum result rc = account_named(s->db, s->arena, str_of(name), out);

    if (rc == ERR_MISSING)
        return say_failed("there is no account \"%.80s\"", name);
    return rc == OK ? CMD_DONE
                    : store_failed(rc, "the accounts cannot be read");
}

static enum result store(struct open_store *s, struct newcomer *n)
{
    enum result rc = db_begin(s->db);

    if (rc == OK)
        rc = db_end(s->db, newcomer_add(s->db, s->secret, s->arena, n,
                                        moment_now()));
    return rc;
}

static int add(struct open_store *s, const struct options *o)
{
    struct newcomer n = { .name = str_of(o->word[0]), .admin = o->admin };
    struct buf out = { 0 };
    struct json j = { .out = &out };
    int status = hash_password(s, &n.password);

    if (status != CMD_DONE)
        return status;
    enum result rc = store(s, &n);
    if (rc == ERR_CONFLICT)
        return say_failed("there is an account \"%.80s\" already", o->word[0]);
    if (rc == ERR_INVALID)
        return say_wrong("an account's name is text of 1 to %d bytes",
                         ACCOUNT_NAME_MAX);
    if (rc != OK)
        return store_failed(rc, "the account cannot be stored");
    json_open(&j, NULL, '{');
    json_int(&j, "id", n.id.n);
    json_text(&j, "name", n.name);
    json_text(&j, "user_key", n.user_key);
    json_close(&j, '}');
    return say_line(&out);
}

static int list_one(struct open_store *s, const struct account *a)
{
    char room[MOMENT_ROOM];
    struct buf out = { 0 };
    struct json j = { .out = &out };
    struct str key;
    int64_t channels;
    enum result rc = account_channels(s->db, a->id, &channels);

    if (rc == OK)
        rc = user_key_text(s->db, s->secret, s->arena, a->id, &key);
    if (rc != OK)
        return store_failed(rc, "the accounts cannot be read");
    json_open(&j, NULL, '{');
    json_int(&j, "id", a->id.n);
    json_text(&j, "name", a->name);
    json_bool(&j, "admin", a->admin);
    json_text(&j, "user_key", key);
    json_int(&j, "channels", channels);
    json_text(&j, "created_at", moment_iso(a->created_at, zone_utc(), room));
    json_close(&j, '}');
    return say_line(&out);
}

static int list(struct open_store *s, const struct options *o)
{
    struct account *all;
    int n, status = CMD_DONE;
    enum result rc = account_list(s->db, s->arena, &all, &n);

    (void)o;
    if (rc != OK)
        return store_failed(rc, "the accounts cannot be read");
    for (int i = 0; i < n && status == CMD_DONE; i++)
        status = list_one(s, &all[i]);
    return status;
}

/* Whoever is signed in with the old one is no longer. */
static enum result set_password(struct open_store *s, struct account_id id,
                                struct str hash)
{
    const char *store = s->config->session_store;
    enum result rc = sessions_end_all(store, id);

    if (rc == OK)
        rc = db_begin(s->db);
    if (rc != OK)
        return rc;
    rc = account_set_password(s->db, id, hash);
    if (rc == OK)
        rc = session_remove_all(s->db, id, NO_STR);
    rc = db_end(s->db, rc);
    return rc == OK ? sessions_end_all(store, id) : rc;
}

static int passwd(struct open_store *s, const struct options *o)
{
    struct account a;
    struct str hash;
    int status = find(s, o->word[0], &a);

    if (status == CMD_DONE)
        status = hash_password(s, &hash);
    if (status != CMD_DONE)
        return status;
    enum result rc = set_password(s, a.id, hash);
    return rc == OK ? CMD_DONE
                    : store_failed(rc, "the password cannot be stored");
}

static int drop(struct open_store *s, const struct options *o)
{
    struct account a;
    int64_t channels = 0;
    int status = find(s, o->word[0], &a);

    if (status != CMD_DONE)
        return status;
    enum result rc = db_begin(s->db);
    if (rc == OK)
        rc = db_end(s->db, account_remove(s->db, a.id));
    if (rc == OK)
        return CMD_DONE;
    if (rc != ERR_CONFLICT || account_channels(s->db, a.id, &channels) != OK)
        return store_failed(rc, "the account cannot be removed");
    return say_failed("\"%.80s\" still owns %lld channel%s; remove %s first",
                      o->word[0], (long long)channels,
                      channels == 1 ? "" : "s", channels == 1 ? "it" : "them");
}

static const struct verb verbs[] = {
    { "add", "NAME", "password-stdin! admin",
      NEEDS_TO_WRITE | MAY_CREATE | NEEDS_SECRET,
      "Makes an account and prints one JSON object: id, name and user_key.",
      add },
    { "list", "", "", NEEDS_TO_READ | NEEDS_SECRET,
      "Prints a JSON object for each account, one a line.", list },
    { "passwd", "NAME", "password-stdin!", NEEDS_TO_WRITE,
      "Sets another password; ends the account's sessions.", passwd },
    { "remove", "NAME", "", NEEDS_TO_WRITE,
      "Removes an account that owns no channel.", drop },
    { 0 },
};

int user_cmd(int argc, char **argv)
{
    static const struct page page = { "user", verbs };

    return verbs_run(&page, argc, argv);
}
