/* base_test.h -- what the tests of base/ share. */
#ifndef BASE_TEST_H
#define BASE_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/str.h"

/* The same text; want == NULL is a text that is not there. */
#define assert_text(got, want) check_text((got), (want), __FILE__, __LINE__)

static inline void check_text(struct str got, const char *want,
                              const char *file, int line)
{
    if (got.p && want && str_is(got, want))
        return;
    if (!got.p && !want)
        return;
    print_error("got  \"%.*s\"\nwant \"%s\"\n",
                got.p ? (int)got.n : 6, got.p ? got.p : "(NULL)",
                want ? want : "(NULL)");
    _fail(file, line);
}

#endif
