#include "core/imports.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/mem.h"

struct imports {
    pthread_mutex_t lock; /* of the list */
    struct link list;
};

struct imports *imports_new(void)
{
    struct imports *im = NEW(struct imports);

    pthread_mutex_init(&im->lock, NULL);
    link_init(&im->list);
    return im;
}

void imports_free(struct imports *im)
{
    pthread_mutex_destroy(&im->lock);
    free(im);
}

static enum result look(const struct imports *im, struct channel_id channel)
{
    int n = 0;

    for (struct link *l = im->list.next; l != &im->list; l = l->next, n++)
        if (HOLDER(l, struct import_place, link)->channel.n == channel.n)
            return ERR_CONFLICT;
    return n < IMPORTS_MOST ? OK : ERR_BUSY;
}

enum result imports_begin(struct imports *im, struct import_place *place)
{
    pthread_mutex_lock(&im->lock);
    enum result rc = look(im, place->channel);
    if (rc == OK)
        link_before(&im->list, &place->link);
    pthread_mutex_unlock(&im->lock);
    return rc;
}

void imports_end(struct imports *im, struct import_place *place)
{
    pthread_mutex_lock(&im->lock);
    link_remove(&place->link);
    pthread_mutex_unlock(&im->lock);
}
