#include "base_test.h"

#include "base/arena.h"
#include "web/browser.h"
#include "web/local_path.h"

static void browsers(void **state)
{
    static const char *const known[][2] = {
        { "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 "
          "Firefox/128.0", "Firefox on Linux" },
        { "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like "
          "Gecko) Chrome/126.0.0.0 Mobile Safari/537.36",
          "Chrome on Android" },
        { "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) "
          "AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
          "Mobile/15E148 Safari/604.1", "Safari on iPhone" },
        { "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
          "(KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36 "
          "Edg/126.0.0.0", "Edge on Windows" },
        { "curl/7.88.1", "curl" },
        { "something else", "something else" },
        { "", "Unknown" },
        { "0123456789012345678901234567890123456789012345678901234567890",
          "012345678901234567890123456789012345678901234567890123456789" },
    };
    struct arena *a = arena_new();

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_text(browser_name(a, str_of(known[i][0])), known[i][1]);
    assert_text(browser_name(a, NO_STR), "Unknown");
    arena_free(a);
}

static void paths_of_ours(void **state)
{
    static const char *const good[] = { "/", "/journal", "/a?b=c&d=%2F#e",
                                        "/a//b", "/~" };
    static const char *const bad[] = {
        "", "a", "//", "//evil.example", "/\\evil.example", "\\/evil",
        "/\tx", "/ x", " /x", "/x\r\nSet-Cookie: a", "/\xC3\xA9", "/\x7F",
        "https://evil.example/", "javascript:alert(1)",
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++)
        assert_true(local_path(str_of(good[i])));
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(local_path(str_of(bad[i])));
    assert_false(local_path(NO_STR));
    assert_false(local_path((struct str){ "/a\0b", 4 }));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(browsers),
        cmocka_unit_test(paths_of_ours),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
