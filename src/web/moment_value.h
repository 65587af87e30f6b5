/* moment_value.h -- a moment on a page: for a program and for people. */
#ifndef WEB_MOMENT_VALUE_H
#define WEB_MOMENT_VALUE_H

#include "base/arena.h"
#include "base/template.h"

/* As <time datetime="{{iso}}">{{clock}}</time> wants it, both in UTC; the
 * names are those of the two values. */
void moment_value(struct arena *a, struct values *v, const char *iso,
                  const char *clock, int64_t at);

#endif
