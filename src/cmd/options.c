#include "cmd/options.h"

#include <assert.h>
#include <stddef.h>
#include <stdio.h>

#include "base/str.h"

enum kind { FLAG, TEXT, NUMBER, FIELD };

#define AT(member) offsetof(struct options, member)

static const struct row {
    const char *name;
    enum kind kind;
    size_t at;
    const char *value, *help;
} table[] = {
    { "admin", FLAG, AT(admin), NULL,
      "the account may do everything" },
    { "channel", NUMBER, AT(channel), "ID", "the channel, by its number" },
    { "description", TEXT, AT(description), "TEXT", "what it is about" },
    { "field", FIELD, AT(field), "N=LABEL[:UNIT[>SHOWN]]",
      "label and unit of field N, 1 to 64; may be repeated. The unit is "
      "what\n      follows the last ':', so a label that holds one needs one "
      "at its end;\n      :°C>°F is sent in °C and shown in °F" },
    { "id", NUMBER, AT(id), "N", "the key, by its number in the list" },
    { "key", TEXT, AT(key), "TEXT", "the key itself, 1 to 64 visible "
      "characters" },
    { "mac", TEXT, AT(mac), "TEXT", "what the device calls itself" },
    { "name", TEXT, AT(name), "TEXT", "what to call it" },
    { "owner", TEXT, AT(owner), "NAME", "the account that owns it" },
    { "password-stdin", FLAG, AT(password_stdin), NULL,
      "the password is read from standard input" },
    { "public", FLAG, AT(is_public), NULL, "anybody may read it" },
    { "read", FLAG, AT(read), NULL, "a key that reads" },
    { "timezone", TEXT, AT(timezone), "ZONE",
      "an IANA time zone, such as Europe/Berlin" },
    { "write", FLAG, AT(write), NULL, "a key that writes" },
    { "yes", FLAG, AT(yes), NULL, "do it even if readings are lost" },
};

enum { ROWS = sizeof table / sizeof *table };

static const struct row *row_named(struct str name)
{
    for (int i = 0; i < ROWS; i++)
        if (str_is(name, table[i].name))
            return &table[i];
    return NULL;
}

static bool wrong(char why[static OPTIONS_WHY], const char *before,
                  struct str text, const char *after)
{
    text = str_cap(text, 80);
    snprintf(why, OPTIONS_WHY, "%s%.*s%s", before, STR_FMT(text), after);
    return false;
}

static bool put(struct options *o, const struct row *row, const char *value,
                char why[static OPTIONS_WHY])
{
    char *at = (char *)o + row->at;
    unsigned bit = 1u << (row - table);

    if ((o->given & bit) && row->kind != FIELD && row->kind != FLAG)
        return wrong(why, "--", str_of(row->name), " is given twice");
    o->given |= bit;
    switch (row->kind) {
    case FLAG:
        *(bool *)at = true;
        return true;
    case TEXT:
        *(const char **)at = value;
        return true;
    case NUMBER:
        if (str_int(str_of(value), (int64_t *)at) && *(int64_t *)at > 0)
            return true;
        snprintf(why, OPTIONS_WHY, "--%s wants a number, not \"%.60s\"",
                 row->name, value);
        return false;
    case FIELD:
        if (o->n_fields == CHANNEL_FIELDS)
            return wrong(why, "a channel has 64 fields at most", NO_STR, "");
        o->field[o->n_fields++] = value;
        return true;
    }
    return false;
}

/* argv[*i] is a flag; its value may be the word behind it. */
static bool read_flag(struct options *o, int *i, int argc, char **argv,
                      char why[static OPTIONS_WHY])
{
    struct str value = str_of(argv[*i]), name = str_cut(&value, '=');
    const struct row *row = NULL;

    if (str_starts(name, STR("--")))
        row = row_named(str_from(name, 2));
    if (!row)
        return wrong(why, "there is no flag ", name, "");
    if (row->kind == FLAG && value.p)
        return wrong(why, "", name, " takes no value");
    if (row->kind != FLAG && !value.p) {
        if (*i + 1 == argc)
            return wrong(why, "", name, " needs a value");
        value = str_of(argv[++*i]);
    }
    return put(o, row, value.p, why);
}

bool options_read(struct options *o, int argc, char **argv,
                  char why[static OPTIONS_WHY])
{
    bool flags = true;

    *o = (struct options){ 0 };
    for (int i = 1; i < argc; i++) {
        if (flags && strcmp(argv[i], "--") == 0) {
            flags = false;
        } else if (flags && argv[i][0] == '-' && argv[i][1]) {
            if (!read_flag(o, &i, argc, argv, why))
                return false;
        } else if (o->n_words == OPTION_WORDS) {
            return wrong(why, "\"", str_of(argv[i]), "\" is a word too many");
        } else {
            o->word[o->n_words++] = argv[i];
        }
    }
    return true;
}

/* The next name of a list, and whether it has the '!'. */
static const struct row *next(struct str *takes, bool *needed)
{
    if (takes->n == 0)
        return NULL;
    struct str name = str_cut(takes, ' ');
    *needed = str_ends(name, STR("!"));
    name.n -= *needed;
    const struct row *row = row_named(name);
    assert(row);
    return row;
}

bool options_fit(const struct options *o, const char *takes,
                 char why[static OPTIONS_WHY])
{
    struct str rest = str_of(takes);
    const struct row *row;
    unsigned known = 0;
    bool needed;

    while ((row = next(&rest, &needed)) != NULL) {
        unsigned bit = 1u << (row - table);

        known |= bit;
        if (needed && !(o->given & bit))
            return wrong(why, "--", str_of(row->name), " is missing");
    }
    for (int i = 0; i < ROWS; i++)
        if (o->given & ~known & (1u << i))
            return wrong(why, "--", str_of(table[i].name),
                         " does not belong here");
    return true;
}

static void print_flag(FILE *out, const struct row *row)
{
    fprintf(out, "--%s%s%s", row->name, row->value ? " " : "",
            row->value ? row->value : "");
}

void options_synopsis(FILE *out, const char *takes)
{
    struct str rest = str_of(takes);
    const struct row *row;
    bool needed;

    while ((row = next(&rest, &needed)) != NULL) {
        fputs(needed ? " " : " [", out);
        print_flag(out, row);
        fputs(needed ? "" : "]", out);
        if (row->kind == FIELD)
            fputs("...", out);
    }
}

void options_help(FILE *out, const char *takes)
{
    struct str rest = str_of(takes);
    const struct row *row;
    bool needed;

    while ((row = next(&rest, &needed)) != NULL) {
        fputs("  ", out);
        print_flag(out, row);
        fprintf(out, "\n      %s\n", row->help);
    }
}
