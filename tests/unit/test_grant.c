/* Who may do what, as one table: a line for each act and what it is about, a
 * column for each kind of visitor. */
#include "base_test.h"

#include "core/grant.h"

enum { ANNA = 1, BOB = 2, CAROL = 3 };          /* carol administers */
enum { PRIVATE_ID = 10, PUBLIC_ID = 11, OTHER_ID = 12 };

#define TEXT(literal) { literal, sizeof(literal) - 1 }
#define SESSION_OF(who, is_admin) \
    .account = { who }, .admin = is_admin, .session = TEXT("h" #who)
#define CHANNEL_KEY(which, id) \
    .keyed = true, .kind = which, .channel = { id }
#define USER_KEY(who) .keyed = true, .kind = KEY_USER, .speaks_for = { who }

/* In the order of the columns. Keys are those of the private channel. */
static const struct {
    const char *name;
    struct visitor v;
} visitors[] = {
    { "nobody", { .keyed = false } },
    { "a session without an account", { .session = TEXT("anonymous") } },
    { "the owner's session", { SESSION_OF(ANNA, false) } },
    { "a stranger's session", { SESSION_OF(BOB, false) } },
    { "an administrator's session", { SESSION_OF(CAROL, true) } },
    { "the owner's user key", { USER_KEY(ANNA) } },
    { "a stranger's user key", { USER_KEY(BOB) } },
    { "the read key", { CHANNEL_KEY(KEY_READ, PRIVATE_ID) } },
    { "the write key", { CHANNEL_KEY(KEY_WRITE, PRIVATE_ID) } },
    { "another channel's read key", { CHANNEL_KEY(KEY_READ, OTHER_ID) } },
    { "another channel's write key", { CHANNEL_KEY(KEY_WRITE, OTHER_ID) } },
    { "a stranger's session, the owner's user key",
      { SESSION_OF(BOB, false), USER_KEY(ANNA) } },
    { "a stranger's session, the read key",
      { SESSION_OF(BOB, false), CHANNEL_KEY(KEY_READ, PRIVATE_ID) } },
    { "the owner's session, a stranger's user key",
      { SESSION_OF(ANNA, false), USER_KEY(BOB) } },
};

#define ABOUT_CHANNEL(id, shown) \
    .owner = { ANNA }, .channel = { id }, .is_public = shown

static const struct object nothing = { .open = false }, open = { .open = true },
    private = { ABOUT_CHANNEL(PRIVATE_ID, false) },
    public = { ABOUT_CHANNEL(PUBLIC_ID, true) },
    nobodys = { .channel = { PRIVATE_ID } },
    post = { .owner = { ANNA }, .is_public = true },
    removed = { .owner = { ANNA }, .is_public = true, .removed = true },
    /* a post on a channel of the same author */
    private_note = { ABOUT_CHANNEL(PRIVATE_ID, false),
                     .channel_owner = { ANNA } },
    public_note = { ABOUT_CHANNEL(PUBLIC_ID, true),
                    .channel_owner = { ANNA } },
    /* the author once saw a channel that is carol's and private now */
    lost_note = { ABOUT_CHANNEL(PRIVATE_ID, false),
                  .channel_owner = { CAROL } },
    account_document = { .owner = { ANNA } },
    session_document = { .session = TEXT("anonymous") },
    /* cannot be; but then it is nobody's */
    loose_document = { .open = false };

/* y: may; s: ERR_STRANGER; d: ERR_DENIED; m: ERR_MISSING. */
static const struct row {
    enum act act;
    const char *about;
    const struct object *o;
    const char *expected;
} table[] = {
    /* sessions: nobody, anonymous, owner, stranger, administrator;
     * user keys: owner, stranger; keys: read, write, another's read and write;
     * two at once: see above */
    { ACT_LOOK, "nothing", &nothing,                  "yyyyy yy yyyy yyy" },
    { ACT_LIST, "nothing", &nothing,                  "yyyyy yy yyyy yyy" },
    { ACT_REGISTER, "an open door", &open,            "yyyyy yy yyyy yyy" },
    { ACT_REGISTER, "a closed door", &nothing,        "ddddd dd dddd ddd" },
    { ACT_BE_SOMEBODY, "nothing", &nothing,           "ssyyy ss ssss yyy" },
    { ACT_USE_API, "nothing", &nothing,               "ssyyy yy ssss yyy" },
    { ACT_ADMINISTER, "nothing", &nothing,            "ssddy ss ssss ddd" },

    { ACT_STORE, "a private channel", &private,       "sssss ss syss sss" },
    { ACT_STORE, "a public channel", &public,         "sssss ss ssss sss" },
    { ACT_STORE, "no channel", &nothing,              "sssss ss ssss sss" },
    { ACT_READ_CHANNEL, "a private one", &private,    "ssyss ss yyss syy" },
    { ACT_READ_CHANNEL, "a public one", &public,      "yyyyy yy yyyy yyy" },
    { ACT_READ_CHANNEL, "nobody's", &nobodys,         "sssss ss yyss sys" },
    { ACT_READ_CHANNEL, "no channel", &nothing,       "sssss ss ssss sss" },
    { ACT_SEE_CHANNEL, "a private one", &private,     "ssymm ym ssss ymy" },
    { ACT_SEE_CHANNEL, "a public one", &public,       "yyyyy yy yyyy yyy" },
    { ACT_MANAGE_CHANNEL, "a private one", &private,  "ssymm ym ssss ydy" },
    { ACT_MANAGE_CHANNEL, "a public one", &public,    "ssydd ym ssss ydy" },
    { ACT_MANAGE_CHANNEL, "nobody's", &nobodys,       "ssmmm mm ssss mdm" },
    { ACT_MANAGE_CHANNEL, "no channel", &nothing,     "ssmmm mm ssss mmm" },

    { ACT_READ_POST, "a post", &post,                 "yyyyy yy yyyy yyy" },
    { ACT_READ_POST, "a removed post", &removed,      "mmmmm mm mmmm mmm" },
    { ACT_READ_POST, "a private note", &private_note, "mmymm mm yymm myy" },
    { ACT_READ_POST, "a public note", &public_note,   "yyyyy yy yyyy yyy" },
    { ACT_READ_POST, "a lost note", &lost_note,       "mmymy mm yymm myy" },
    { ACT_CHANGE_POST, "a post", &post,               "ssydd ss ssss ddy" },
    { ACT_CHANGE_POST, "a removed post", &removed,    "ssymm ss ssss mmy" },
    { ACT_CHANGE_POST, "a private note", &private_note, "ssymm ss ssss mdy" },
    { ACT_CHANGE_POST, "a public note", &public_note, "ssydd ss ssss ddy" },
    { ACT_CHANGE_POST, "a lost note", &lost_note,     "ssymd ss ssss mdy" },

    { ACT_DOCUMENT, "an account's", &account_document, "mmymm mm mmmm mmy" },
    { ACT_DOCUMENT, "a session's", &session_document, "mymmm mm mmmm mmm" },
    { ACT_DOCUMENT, "nobody's", &loose_document,      "mmmmm mm mmmm mmm" },
};

enum { VISITORS = sizeof visitors / sizeof visitors[0],
       ROWS = sizeof table / sizeof table[0] };

static char letter(enum result rc)
{
    switch (rc) {
    case OK:           return 'y';
    case ERR_STRANGER: return 's';
    case ERR_DENIED:   return 'd';
    case ERR_MISSING:  return 'm';
    default:           return '?';
    }
}

static const char *name_of(enum act act)
{
#define X(name) #name,
    static const char *const names[] = { ACTS(X) };
#undef X

    return names[act];
}

static void everybody(void **state)
{
    (void)state;
    int wrong = 0;

    for (int i = 0; i < ROWS; i++) {
        const struct row *row = &table[i];
        const char *p = row->expected;

        for (int k = 0; k < VISITORS; k++) {
            while (*p == ' ')
                p++;
            char came = letter(grant(row->act, &visitors[k].v, row->o));
            if (came == *p++)
                continue;
            print_error("%s about %s by %s: expected %c, came %c\n",
                        name_of(row->act), row->about, visitors[k].name,
                        p[-1], came);
            wrong++;
        }
        assert_int_equal(*p, '\0');
    }
    assert_int_equal(wrong, 0);
}

static void every_act(void **state)
{
    (void)state;
    for (int act = 0; act < ACT_COUNT; act++) {
        int rows = 0;

        for (int i = 0; i < ROWS; i++)
            rows += table[i].act == (enum act)act;
        if (!rows)
            print_error("%s has no row\n", name_of(act));
        assert_true(rows > 0);
    }
}

static void no_act_at_all(void **state)
{
    (void)state;
    assert_int_equal(grant(ACT_COUNT, &visitors[2].v, &open), ERR_DENIED);
}

static void the_session_that_made_it(void **state)
{
    (void)state;
    struct object o = { .session = STR("anonymous") };
    struct visitor other = { .session = STR("anonymouS") };
    struct visitor none = { .session = STR("") };

    assert_int_equal(grant(ACT_DOCUMENT, &other, &o), ERR_MISSING);
    assert_int_equal(grant(ACT_DOCUMENT, &none, &o), ERR_MISSING);
    o.session = STR("");
    assert_int_equal(grant(ACT_DOCUMENT, &none, &o), ERR_MISSING);
    /* who has signed in since keeps it by the account, not by the session */
    o = (struct object){ .owner = { BOB }, .session = STR("anonymous") };
    assert_int_equal(grant(ACT_DOCUMENT, &visitors[1].v, &o), ERR_MISSING);
}

static void whom_a_visitor_speaks_for(void **state)
{
    (void)state;
    struct visitor v = { .account = { ANNA } };

    assert_int_equal(grant_speaker(&v).n, ANNA);
    assert_true(grant_owns(&v, (struct account_id){ ANNA }));
    assert_false(grant_owns(&v, (struct account_id){ BOB }));
    grant_key(&v, KEY_USER, (struct channel_id){ 0 },
              (struct account_id){ BOB });
    assert_int_equal(grant_speaker(&v).n, BOB);
    assert_true(grant_owns(&v, (struct account_id){ ANNA }));
    assert_true(grant_owns(&v, (struct account_id){ BOB }));
    assert_false(grant_owns(&v, (struct account_id){ 0 }));
    assert_int_equal(grant_speaker(&visitors[0].v).n, 0);
    assert_false(grant_owns(&visitors[0].v, (struct account_id){ 0 }));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody),
        cmocka_unit_test(every_act),
        cmocka_unit_test(no_act_at_all),
        cmocka_unit_test(the_session_that_made_it),
        cmocka_unit_test(whom_a_visitor_speaks_for),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
