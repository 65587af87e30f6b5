#include "web/local_path.h"

enum { PATH_MAX_BYTES = 1000 };

bool local_path(struct str s)
{
    if (s.n == 0 || s.n > PATH_MAX_BYTES || s.p[0] != '/'
        || (s.n > 1 && s.p[1] == '/'))
        return false;
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] <= ' ' || s.p[i] > '~' || s.p[i] == '\\')
            return false;
    return true;
}
