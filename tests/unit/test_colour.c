#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <math.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/colour.h"

enum { ROUNDS = 20000 };

static struct colour any_colour(void)
{
    return (struct colour){ (unsigned char)random(), (unsigned char)random(),
                            (unsigned char)random() };
}

static void parsing(void **state)
{
    static const char *const bad[] = { "", "#", "12", "#12345", "1234567",
                                       "ggg", "red", "# 123", "##123" };
    struct colour c = { 0, 0, 0 };
    char room[COLOUR_ROOM];

    (void)state;
    assert_true(colour_parse(STR("#0b6E5c"), &c));
    assert_string_equal(colour_text(c, room), "#0b6e5c");
    assert_true(colour_parse(STR("d3f"), &c));
    assert_string_equal(colour_text(c, room), "#dd33ff");
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(colour_parse(str_of(bad[i]), &c));
    assert_false(colour_parse(NO_STR, &c));
}

static void contrast(void **state)
{
    const struct colour black = { 0, 0, 0 }, white = { 255, 255, 255 },
                        grey = { 0x76, 0x76, 0x76 };

    (void)state;
    assert_true(fabs(colour_contrast(black, white) - 21) < 1e-9);
    assert_true(fabs(colour_contrast(white, white) - 1) < 1e-9);
    assert_true(fabs(colour_contrast(grey, white) - 4.54) < 0.01);
}

static void always_seen(void **state)
{
    (void)state;
    for (int i = 0; i < ROUNDS; i++) {
        struct colour c = any_colour(), paper = any_colour();
        double least = i % 2 ? 3 : 4.5;
        struct colour seen = colour_seen(c, paper, least);

        assert_true(colour_contrast(seen, paper) >= least);
        if (colour_contrast(c, paper) >= least)
            assert_memory_equal(&seen, &c, sizeof c);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parsing),
        cmocka_unit_test(contrast),
        cmocka_unit_test(always_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
