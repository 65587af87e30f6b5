#include <string.h>

#include "cmd/cmd.h"
#include "cmd/say.h"
#include "cmd/verbs.h"

/* The width of the longest value and name, so that the columns stand. */
struct widths {
    int name, value;
};

static struct str value_text(struct open_store *s, const struct setting *row)
{
    const char *at = (const char *)s->config + row->at;
    const char *text;

    if (row->type == SETTING_FLAG)
        return *(const int64_t *)at ? STR("yes") : STR("no");
    if (row->type == SETTING_INT)
        return arena_printf(s->arena, "%lld",
                            (long long)*(const int64_t *)at);
    memcpy(&text, at, sizeof text);
    if (!text)
        return STR("(not set)");
    if (strcmp(row->name, "database") == 0
        || strcmp(row->name, "session_store") == 0)
        return database_shown(s->arena, text);
    return str_of(text);
}

static struct widths measure(struct open_store *s)
{
    struct widths w = { 0, 0 };

    for (const struct setting *row = settings; row->name; row++) {
        int name = (int)strlen(row->name);
        int value = (int)value_text(s, row).n;

        w.name = name > w.name ? name : w.name;
        w.value = value > w.value ? value : w.value;
    }
    return w;
}

static int show(struct open_store *s, const struct options *o)
{
    struct widths w = measure(s);
    struct buf out = { 0 };

    (void)o;
    for (const struct setting *row = settings; row->name; row++)
        buf_printf(&out, "%s%-*s  %-*s  %s", row == settings ? "" : "\n",
                   w.name, row->name, w.value, value_text(s, row).p,
                   config_source(s->config, row));
    return say_line(&out);
}

static const struct verb verbs[] = {
    { NULL, "", "", NEEDS_NOTHING,
      "Shows every setting, its value and where that came from: default, the\n"
      "    file, the environment or a flag. A password in the database's "
      "address is\n    left out.",
      show },
    { 0 },
};

int config_cmd(int argc, char **argv)
{
    static const struct page page = { "config", verbs };

    return verbs_run(&page, argc, argv);
}
