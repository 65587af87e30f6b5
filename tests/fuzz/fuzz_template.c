/* A template does not read beyond its end, whatever it says, and no value
 * gets out unescaped. A mistake in one ends the process, on purpose: here it
 * only ends the input. */
#include "fuzz.h"

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/template.h"

enum { MOST = 160 }; /* sections of two rows each double the work */

static struct str page;
static sigjmp_buf mistaken;

static struct str find(const char *name)
{
    if (strcmp(name, "page") == 0)
        return page;
    return strcmp(name, "p") == 0 ? STR("({{t}})") : NO_STR;
}

static void on_abort(int number)
{
    siglongjmp(mistaken, number);
}

static struct values *fill(struct arena *a)
{
    struct values *v = values_new(a);

    values_text(v, "t", STR("\x01<&>\"'\x01"));
    values_text(v, "e", STR(""));
    values_flag(v, "y", true);
    values_flag(v, "n", false);
    values_text(values_row(v, "r"), "a", STR("1"));
    values_text(values_row(v, "r"), "t", STR("2"));
    return v;
}

/* Says whether the template was well formed. */
static bool is_written(struct buf *out, struct arena *a)
{
    struct sigaction ours = { .sa_handler = on_abort }, before;
    FILE *shown = stderr, *hidden = fopen("/dev/null", "w");
    volatile bool ok = false;

    must(hidden);
    sigaction(SIGABRT, &ours, &before);
    stderr = hidden;
    if (sigsetjmp(mistaken, 1) == 0) {
        template_write(out, find, "page", fill(a));
        ok = true;
    }
    stderr = shown;
    sigaction(SIGABRT, &before, NULL);
    fclose(hidden);
    return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new();
    struct buf out = { 0 };

    page = fuzz_text(data, n < MOST ? n : MOST);
    if (is_written(&out, a) && str_find(page, '\x01') == page.n) {
        struct str rest = buf_str(&out);

        for (;;) {
            str_cut(&rest, '\x01');
            if (!rest.p)
                break;
            must(str_is(str_cut(&rest, '\x01'), "&lt;&amp;&gt;&#34;&#39;"));
        }
    }
    buf_free(&out);
    arena_free(a);
    return 0;
}
