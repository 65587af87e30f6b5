#include "yaml/plain.h"

#include "yaml/when.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The byte there, or a zero at the end. A text may hold a zero, too, but no
 * pattern does. */
static char at(struct str s, size_t i)
{
    return i < s.n ? s.p[i] : '\0';
}

static size_t skip(struct str s, size_t i, const char *set)
{
    while (i < s.n && s.p[i] && strchr(set, s.p[i]))
        i++;
    return i;
}

static bool one_of(struct str s, const char *const *words)
{
    for (; *words; words++)
        if (str_is(s, *words))
            return true;
    return false;
}

static bool is_bool(struct str s)
{
    static const char *const words[] = {
        "yes", "Yes", "YES", "no", "No", "NO", "true", "True", "TRUE",
        "false", "False", "FALSE", "on", "On", "ON", "off", "Off", "OFF", NULL
    };

    return one_of(s, words);
}

static bool is_null(struct str s)
{
    static const char *const words[] = { "", "~", "null", "Null", "NULL",
                                         NULL };

    return one_of(s, words);
}

/* Behind "(:[0-5]?[0-9])+", or 0 when that is not there. */
static size_t skip_sixties(struct str s, size_t i)
{
    if (at(s, i) != ':')
        return 0;
    while (at(s, i) == ':') {
        i++;
        if (!is_digit(at(s, i)))
            return 0;
        i += is_digit(at(s, i + 1)) && s.p[i] <= '5' ? 2 : 1;
    }
    return i;
}

static size_t skip_sign(struct str s)
{
    return at(s, 0) == '-' || at(s, 0) == '+';
}

static bool is_int(struct str s)
{
    size_t i = skip_sign(s);
    const char *set = at(s, i + 1) == 'b'   ? "01_"
                      : at(s, i + 1) == 'x' ? "0123456789abcdefABCDEF_"
                                            : NULL;

    if (!is_digit(at(s, i)))
        return false;
    if (s.p[i] == '0' && set)
        return i + 2 < s.n && skip(s, i + 2, set) == s.n;
    if (s.p[i] == '0')
        return skip(s, i + 1, "01234567_") == s.n;
    i = skip(s, i, "0123456789_");
    return i == s.n || skip_sixties(s, i) == s.n;
}

/* "([eE][-+][0-9]+)?" and the end? */
static bool ends_as_float(struct str s, size_t i)
{
    if (i == s.n)
        return true;
    if ((at(s, i) != 'e' && at(s, i) != 'E')
        || (at(s, i + 1) != '-' && at(s, i + 1) != '+'))
        return false;
    return i + 2 < s.n && skip(s, i + 2, "0123456789") == s.n;
}

static bool is_special_float(struct str s)
{
    static const char *const inf[] = { ".inf", ".Inf", ".INF", NULL };
    static const char *const nan[] = { ".nan", ".NaN", ".NAN", NULL };

    return one_of(str_from(s, skip_sign(s)), inf) || one_of(s, nan);
}

static bool is_float(struct str s)
{
    size_t i = skip_sign(s);

    if (at(s, 0) == '.' && is_digit(at(s, 1)))
        return ends_as_float(s, skip(s, 1, "0123456789_"));
    if (!is_digit(at(s, i)))
        return is_special_float(s);
    i = skip(s, i, "0123456789_");
    if (at(s, i) == '.')
        return ends_as_float(s, skip(s, i + 1, "0123456789_"));
    i = skip_sixties(s, i);
    return i > 0 && at(s, i) == '.'
           && skip(s, i + 1, "0123456789_") == s.n;
}

static bool is_timestamp(struct str s)
{
    struct when w;

    return when_match(s, &w) && (w.has_time || s.n == 10);
}

enum tag plain_tag(struct str s)
{
    if (is_null(s))
        return TAG_NULL;
    if (is_bool(s))
        return TAG_BOOL;
    if (is_float(s))
        return TAG_FLOAT;
    if (is_int(s))
        return TAG_INT;
    if (str_is(s, "<<"))
        return TAG_MERGE;
    if (is_timestamp(s))
        return TAG_TIMESTAMP;
    return str_is(s, "=") ? TAG_VALUE : TAG_STR;
}

enum tag tag_named(struct str name)
{
    static const char *const names[] = {
        [TAG_NULL] = "null", [TAG_BOOL] = "bool", [TAG_INT] = "int",
        [TAG_FLOAT] = "float", [TAG_BINARY] = "binary",
        [TAG_TIMESTAMP] = "timestamp", [TAG_OMAP] = "omap",
        [TAG_PAIRS] = "pairs", [TAG_SET] = "set", [TAG_STR] = "str",
        [TAG_SEQ] = "seq", [TAG_MAP] = "map", [TAG_MERGE] = "merge",
        [TAG_VALUE] = "value"
    };
    const struct str ours = STR("tag:yaml.org,2002:");

    if (str_starts(name, ours))
        for (enum tag t = 0; t < TAG_UNKNOWN; t++)
            if (str_is(str_from(name, ours.n), names[t]))
                return t;
    return TAG_UNKNOWN;
}
