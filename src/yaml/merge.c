#include "yaml/merge.h"

static enum result check(struct merge *m, const struct node *from,
                         const struct path *path, int depth)
{
    if (from->kind != NODE_MAP)
        return fault_at(m->fault, ERR_INVALID, m->arena, from->at, path,
                        "only a map, or a list of maps, can be merged by "
                        "\"<<\"");
    if (from->merged == MERGING)
        return fault_at(m->fault, ERR_INVALID, m->arena, from->at, path,
                        "this map is merged into itself");
    if (depth >= m->limits->depth)
        return fault_at(m->fault, ERR_TOO_BIG, m->arena, from->at, path,
                        "maps are merged more than %d deep",
                        m->limits->depth);
    return OK;
}

/* Makes one of the maps ready, and counts what it will add. */
static enum result prepare(struct merge *m, struct node *from,
                           const struct path *path, int depth, size_t *n)
{
    enum result rc = check(m, from, path, depth);

    if (rc == OK)
        rc = merge_map(m, from, path, depth + 1);
    if (rc != OK)
        return rc;
    *n += from->n_items;
    m->entries += (int64_t)from->n_items / 2;
    if (m->entries > m->limits->nodes)
        return fault_at(m->fault, ERR_TOO_BIG, m->arena, from->at, path,
                        "\"<<\" merges more than %lld values",
                        (long long)m->limits->nodes);
    return OK;
}

static enum result prepare_all(struct merge *m, struct node *from,
                               const struct path *path, int depth, size_t *n)
{
    enum result rc = OK;

    if (from->kind != NODE_LIST)
        return prepare(m, from, path, depth, n);
    for (size_t i = 0; i < from->n_items && rc == OK; i++)
        rc = prepare(m, from->item[i], path, depth, n);
    return rc;
}

static struct node **put(struct node **to, const struct node *from)
{
    if (from->n_items > 0)
        memcpy(to, from->item, from->n_items * sizeof *to);
    return to + from->n_items;
}

/* The last of a list goes first: what comes behind it wins. */
static struct node **put_all(struct node **to, const struct node *from)
{
    if (from->kind != NODE_LIST)
        return put(to, from);
    for (size_t i = from->n_items; i > 0; i--)
        to = put(to, from->item[i - 1]);
    return to;
}

static void merge_entries(struct merge *m, struct node *map, size_t n)
{
    struct node **item = arena_get(m->arena, n * sizeof *item), **to = item;

    for (size_t i = 0; i < map->n_items; i += 2)
        if (map->item[i]->tag == TAG_MERGE)
            to = put_all(to, map->item[i + 1]);
    for (size_t i = 0; i < map->n_items; i += 2) {
        if (map->item[i]->tag == TAG_MERGE)
            continue;
        *to++ = map->item[i];
        *to++ = map->item[i + 1];
    }
    map->item = item;
    map->n_items = n;
}

enum result merge_map(struct merge *m, struct node *map,
                      const struct path *path, int depth)
{
    enum result rc = OK;
    size_t n = 0, merges = 0;

    if (map->merged == MERGED)
        return OK;
    map->merged = MERGING;
    for (size_t i = 0; i < map->n_items && rc == OK; i += 2) {
        if (map->item[i]->tag == TAG_MERGE) {
            rc = prepare_all(m, map->item[i + 1], path, depth, &n);
            merges++;
            continue;
        }
        if (map->item[i]->tag == TAG_VALUE)
            map->item[i]->tag = TAG_STR;
        n += 2;
    }
    if (rc == OK && merges > 0)
        merge_entries(m, map, n);
    map->merged = MERGED;
    return rc;
}
