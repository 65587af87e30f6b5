#include "core/mapper_plan.h"

#include "base/xml.h"
#include "yaml/convert.h"

struct planner {
    struct arena *arena;
    struct fault *fault;
    const struct mapper_limits *limits;
};

enum result mapper_wrong(struct fault *f, enum result rc, struct arena *a,
                         struct place at, const struct path *path,
                         const char *words)
{
    struct str text = path_text(a, path);

    return fault_at(f, rc, a, at, path, "%.*s %s", STR_FMT(text), words);
}

static enum result wrong(struct planner *p, const struct datum *d,
                         const struct path *path, const char *words)
{
    return mapper_wrong(p->fault, ERR_INVALID, p->arena, d->at, path, words);
}

/* The value of a key that must be there. */
static enum result need(struct planner *p, const struct datum *map,
                        const struct path *path, struct datum **out)
{
    *out = datum_get(map, path->key.p);
    return *out ? OK : wrong(p, map, path, "is missing");
}

static enum result need_map(struct planner *p, const struct datum *d,
                            const struct path *path)
{
    struct str words;

    if (d->kind == DATUM_MAP)
        return OK;
    words = arena_printf(p->arena, "must be a map, but is %s",
                         datum_words(d));
    return wrong(p, d, path, words.p);
}

static enum result need_text(struct planner *p, const struct datum *map,
                             const struct path *path, struct str *out)
{
    struct datum *d;
    enum result rc = need(p, map, path, &d);
    struct str words;

    if (rc != OK)
        return rc;
    *out = d->text;
    if (d->kind == DATUM_TEXT)
        return OK;
    words = arena_printf(p->arena, "must be text, but is %s; put it in "
                                   "quotes", datum_words(d));
    return wrong(p, d, path, words.p);
}

static enum result need_quantity(struct planner *p, const struct datum *map,
                                 const struct path *type, int64_t *out)
{
    struct path path = { .outer = type, .key = STR("quantity") };
    struct datum *d;
    const char *words;
    enum result rc = need(p, map, &path, &d);

    if (rc != OK)
        return rc;
    words = convert_int(p->arena, d, out);
    if (words)
        return wrong(p, d, &path, words);
    if (*out < 0)
        *out = 0;
    return OK;
}

/* what: "name", "hostname", "username". */
static enum result need_series(struct planner *p, const struct datum *map,
                               const struct path *type, const char *what,
                               struct name_series *out)
{
    struct path prefix_at = {
        .outer = type, .key = arena_printf(p->arena, "%s_prefix", what)
    };
    struct path suffix_at = {
        .outer = type, .key = arena_printf(p->arena, "%s_suffix", what)
    };
    struct str prefix, suffix;
    size_t at;
    enum result rc = need_text(p, map, &prefix_at, &prefix);

    if (rc == OK)
        rc = need_text(p, map, &suffix_at, &suffix);
    if (rc != OK)
        return rc;
    if (!xml_can_hold(prefix, &at))
        return wrong(p, datum_get(map, prefix_at.key.p), &prefix_at,
                     "has a character that XML cannot hold");
    if (!name_series_start(p->arena, prefix, suffix, out))
        return wrong(p, datum_get(map, suffix_at.key.p), &suffix_at,
                     "must be a whole number in quotes, like '01'");
    return OK;
}

static enum result read_users(struct planner *p, const struct datum *type,
                              struct mapper_users *out)
{
    struct path password = { .outer = &out->path, .key = STR("password") };
    enum result rc = need_map(p, type, &out->path);

    if (rc == OK)
        rc = need_quantity(p, type, &out->path, &out->n);
    if (rc == OK)
        rc = need_series(p, type, &out->path, "username", &out->name);
    if (rc == OK)
        rc = need(p, type, &password, &out->password);
    return rc;
}

static enum result read_devices(struct planner *p, const struct datum *type,
                                struct mapper_devices *out)
{
    struct path parameters = { .outer = &out->path,
                               .key = STR("parameters") };
    struct datum *given;
    const char *words;
    enum result rc = need_map(p, type, &out->path);

    if (rc == OK)
        rc = need_quantity(p, type, &out->path, &out->n);
    if (rc == OK)
        rc = need_series(p, type, &out->path, "name", &out->name);
    if (rc == OK)
        rc = need_series(p, type, &out->path, "hostname", &out->hostname);
    if (rc == OK)
        rc = need(p, type, &parameters, &given);
    if (rc != OK)
        return rc;
    words = convert_map(p->arena, given, &out->parameters);
    return words ? wrong(p, given, &parameters, words) : OK;
}

/* A type's own name, as far as a path can show it. */
static struct path path_of(const struct path *outer, const struct datum *key)
{
    return (struct path){
        .outer = outer,
        .key = key->kind == DATUM_TEXT || key->kind == DATUM_INT ? key->text
                                                                 : STR("?")
    };
}

static enum result read_all_users(struct planner *p, const struct datum *file,
                                  struct mapper_plan *plan, int64_t *total)
{
    struct path *at = ARENA_NEW(p->arena, struct path);
    struct datum *users;
    enum result rc;

    at->key = STR("users");
    rc = need(p, file, at, &users);
    if (rc == OK)
        rc = need_map(p, users, at);
    if (rc != OK)
        return rc;
    plan->n_users = users->n_items / 2;
    plan->users = arena_get(p->arena, plan->n_users * sizeof *plan->users);
    for (size_t i = 0; i < plan->n_users && rc == OK; i++) {
        struct mapper_users *u = &plan->users[i];

        u->path = path_of(at, users->item[2 * i]);
        rc = read_users(p, users->item[2 * i + 1], u);
        if (rc == OK && __builtin_add_overflow(*total, u->n, total))
            *total = INT64_MAX;
    }
    return rc;
}

static enum result read_all_devices(struct planner *p,
                                    const struct datum *file,
                                    struct mapper_plan *plan)
{
    struct path *at = ARENA_NEW(p->arena, struct path);
    struct datum *devices;
    enum result rc;

    at->key = STR("devices");
    rc = need(p, file, at, &devices);
    if (rc == OK)
        rc = need_map(p, devices, at);
    if (rc != OK)
        return rc;
    plan->n_devices = devices->n_items / 2;
    plan->devices = arena_get(p->arena,
                              plan->n_devices * sizeof *plan->devices);
    for (size_t i = 0; i < plan->n_devices && rc == OK; i++) {
        struct mapper_devices *d = &plan->devices[i];

        d->path = path_of(at, devices->item[2 * i]);
        rc = read_devices(p, devices->item[2 * i + 1], d);
        if (rc == OK
            && __builtin_add_overflow(plan->all_devices, d->n,
                                      &plan->all_devices))
            plan->all_devices = INT64_MAX;
    }
    return rc;
}

/* Users without devices take room, too. */
static enum result check_connections(struct planner *p, int64_t users,
                                     int64_t devices)
{
    int64_t connections, most = p->limits->connections;

    if (users == 0
        || (!__builtin_mul_overflow(users, devices > 0 ? devices : 1,
                                    &connections)
            && connections <= most))
        return OK;
    return fault_at(p->fault, ERR_TOO_BIG, p->arena, (struct place){ 0, 0 },
                    NULL, "users times devices are %lld times %lld here; at "
                          "most %lld connections are made",
                    (long long)users, (long long)devices, (long long)most);
}

enum result mapper_plan_make(struct arena *a, struct datum *file,
                             const struct mapper_limits *limits,
                             struct fault *fault, struct mapper_plan *out)
{
    struct planner p = { a, fault, limits };
    int64_t users = 0;
    enum result rc;

    *out = (struct mapper_plan){ 0 };
    if (file->kind == DATUM_NONE)
        return fault_at(fault, ERR_INVALID, a, file->at, NULL,
                        "the file is empty");
    if (file->kind != DATUM_MAP)
        return fault_at(fault, ERR_INVALID, a, file->at, NULL,
                        "the file must be a map with users and devices, but "
                        "is %s", datum_words(file));
    rc = read_all_users(&p, file, out, &users);
    if (rc == OK && users > 0)
        rc = read_all_devices(&p, file, out);
    return rc == OK ? check_connections(&p, users, out->all_devices) : rc;
}
