#include "http/repair.h"

#include <strings.h>

#include "http/strict.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t';
}

static struct str trim(struct str s)
{
    while (s.n && is_space(s.p[0]))
        s = str_from(s, 1);
    while (s.n && (is_space(s.p[s.n - 1]) || s.p[s.n - 1] == '\r'))
        s.n--;
    return s;
}

struct version {
    size_t at; /* where the target ends; the line's length when none */
    int major, minor;
};

static bool version_number(struct str s, struct version *v)
{
    int n[2] = { 0, 0 }, part = 0, digits = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '.' && part == 0 && digits) {
            part = 1;
        } else if (s.p[i] >= '0' && s.p[i] <= '9' && ++digits <= 4) {
            n[part] = 10 * n[part] + (s.p[i] - '0');
        } else {
            return false;
        }
    }
    v->major = n[0];
    v->minor = n[1];
    return digits > 0;
}

/* The last " HTTP/", and only when nothing but a number follows. */
static struct version find_version(struct str line)
{
    struct version v = { line.n, 0, 9 };

    for (size_t i = line.n; i-- > 0;) {
        if (!is_space(line.p[i]) || line.n - i < 7
            || strncasecmp(line.p + i + 1, "HTTP/", 5) != 0)
            continue;
        if (version_number(str_from(line, i + 6), &v))
            v.at = i;
        break;
    }
    return v;
}

bool repair_has_version(struct str line)
{
    line = trim(line);
    return find_version(line).at < line.n;
}

static struct str without_host(struct str target)
{
    size_t scheme = 0;

    if (target.n > 7 && strncasecmp(target.p, "http://", 7) == 0)
        scheme = 7;
    else if (target.n > 8 && strncasecmp(target.p, "https://", 8) == 0)
        scheme = 8;
    if (!scheme)
        return target;
    for (target = str_from(target, scheme); target.n;)
        if (target.p[0] == '/' || target.p[0] == '?')
            break;
        else
            target = str_from(target, 1);
    return target;
}

static bool key_at(struct str s, size_t i)
{
    static const char *const known[] = { "PASSKEY=", "stationtype=", "ID=",
                                         "api_key=", "key=" };

    if (i > 0 && s.p[i - 1] != '/' && s.p[i - 1] != '&')
        return false;
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (str_starts(str_from(s, i), str_of(known[k])))
            return true;
    return false;
}

static bool starts_with_name(struct str s)
{
    size_t end = str_find(s, '=');

    return end < s.n && strict_is_token((struct str){ s.p, end })
           && !memchr(s.p, '&', end);
}

/* Where a query begins that was glued to the path, or target.n. What the
 * article's stations send, /update/API_key=K/mac=M/..., has a slash behind
 * each value and no '&'. */
static size_t glued_at(struct str target)
{
    size_t key = 0, cut;

    while (key < target.n && !key_at(target, key))
        key++;
    for (cut = key; cut > 0 && target.p[cut - 1] != '/';)
        cut--;
    if (key == target.n || !starts_with_name(str_from(target, cut)))
        return target.n;
    struct str rest = str_from(target, cut);
    struct str value = { rest.p, str_find(rest, '&') };
    size_t slash = str_find(value, '/');
    bool article = slash < value.n
                   && starts_with_name(str_from(value, slash + 1));
    return article ? target.n : cut;
}

static void split(struct str target, struct arena *a, struct repaired *out)
{
    struct str s = without_host(target);
    size_t mark = str_find(s, '?');
    size_t cut = mark < s.n ? mark : glued_at(s);
    struct str path = { s.p, cut };

    if (mark < s.n)
        out->query = str_from(s, mark + 1);
    else if (cut < s.n)
        out->query = str_from(s, cut);
    if (str_eq(path, STR("*")))
        path.n = 0;
    while (path.n > 1 && path.p[0] == '/' && path.p[1] == '/')
        path = str_from(path, 1);
    if (path.n && path.p[0] == '/')
        out->path = path;
    else
        out->path = arena_printf(a, "/%.*s", STR_FMT(path));
}

enum result repair_line(struct str line, struct arena *a, struct repaired *out)
{
    size_t end = 0;

    *out = (struct repaired){ 0 };
    line = trim(line);
    while (end < line.n && !is_space(line.p[end]))
        end++;
    struct version v = find_version(line);
    out->method = (struct str){ line.p, end };
    out->target =
        trim((struct str){ line.p + end, v.at > end ? v.at - end : 0 });
    if (!strict_is_token(out->method) || out->target.n == 0
        || memchr(line.p, '\0', line.n) || memchr(line.p, '\r', line.n))
        return ERR_INVALID;
    if (v.major > 1)
        return ERR_METHOD;
    out->no_version = v.at == line.n;
    out->old = v.at < line.n && v.major * 1000 + v.minor < 1001;
    split(out->target, a, out);
    return OK;
}
