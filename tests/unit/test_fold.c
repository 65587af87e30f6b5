#include "base_test.h"

#include "base/arena.h"
#include "base/fold.h"

static struct arena *a;

static void same(const char *one, const char *other)
{
    assert_text(fold(a, str_of(one)), fold(a, str_of(other)).p);
}

static void case_does_not_matter(void **state)
{
    (void)state;
    assert_text(fold(a, STR("Hello, World! 21.5")), "hello, world! 21.5");
    same("ΑΘΉΝΑΣ", "αθήνας");
    same("ПРИВЕТ", "привет");
    same("Straße", "STRASSE");
    same("ẞ", "ss");
    same("İstanbul", "istanbul");
    same("ısı", "isi");
    same("Ꭰ", "ꭰ");
}

static void accents_do_not_matter(void **state)
{
    (void)state;
    assert_text(fold(a, STR("Crème Brûlée à Łódź")), "creme brulee a lodz");
    same("Ærø", "aero");
    same("Œuvre", "oeuvre");
    same("ñ", "n");
    same("Việt", "viet");
    same("e\xCC\x81", "\xC3\xA9"); /* in two pieces, in one */
    same("ё", "е");
}

static void how_it_was_typed_does_not_matter(void **state)
{
    (void)state;
    assert_text(fold(a, STR("ﬁne ²℡ Ａｂ")), "fine 2tel ab");
    assert_text(fold(a, STR("a\tb\nc\r\nd\xC2\xA0" "e\xE3\x80\x80" "f")),
                "a b c  d e f");
    same("각", "\xE1\x84\x80\xE1\x85\xA1\xE1\x86\xA8"); /* by its letters */
    same("が", "か");
}

static void nothing_and_marks_alone(void **state)
{
    (void)state;
    assert_text(fold(a, STR("")), "");
    assert_text(fold(a, NO_STR), "");
    assert_text(fold(a, STR("\xCC\x81\xCC\x81")), "");
}

static void twice_is_once(void **state)
{
    static const char *const texts[] = {
        "Straße İı ŉ ǰ ΐ ᾳ ﬃ Ǆ ς", "각 が ﷺ ℡ Ⅷ ½ ㎏", "%_\\ 'x' \x01", "ẞ Σ Ω K Å ꭰᎠ"
    };

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct str once = fold(a, str_of(texts[i]));

        assert_true(str_is_text(once));
        assert_text(fold(a, once), once.p);
    }
}

/* Putting so many marks in order would take minutes. */
static void a_flood_of_marks(void **state)
{
    enum { N = 2 * 1000 * 1000 };
    char *text = arena_get(a, 2 * N + 1);

    (void)state;
    for (int i = 0; i < N; i++) /* above, below, above ... */
        memcpy(text + 2 * i, i % 2 ? "\xCC\xA3" : "\xCC\x81", 2);
    assert_text(fold(a, str_of(text)), "");
}

static int begin(void **state)
{
    (void)state;
    a = arena_new();
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_free(a);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(case_does_not_matter),
        cmocka_unit_test(accents_do_not_matter),
        cmocka_unit_test(how_it_was_typed_does_not_matter),
        cmocka_unit_test(nothing_and_marks_alone),
        cmocka_unit_test(twice_is_once),
        cmocka_unit_test(a_flood_of_marks),
    };

    return cmocka_run_group_tests_name("fold", tests, begin, end);
}
