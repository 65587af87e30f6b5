#include "web/asset.h"

struct str asset_get(const char *name)
{
    for (const struct asset *a = assets; a->name; a++)
        if (strcmp(a->name, name) == 0)
            return a->bytes;
    return NO_STR;
}
