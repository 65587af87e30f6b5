#include "web/browser.h"

enum { SHOWN_MAX = 60 };

/* Each names those before it, too, so the order matters. */
static const struct known {
    const char *mark, *name;
} browsers[] = {
    { "Edg", "Edge" },         { "OPR/", "Opera" },
    { "SamsungBrowser/", "Samsung Internet" },
    { "Firefox/", "Firefox" }, { "FxiOS/", "Firefox" },
    { "CriOS/", "Chrome" },    { "Chrome/", "Chrome" },
    { "Safari/", "Safari" },   { "curl/", "curl" },
    { NULL, NULL },
}, systems[] = {
    { "iPhone", "iPhone" },    { "iPad", "iPad" },
    { "Android", "Android" },  { "Windows", "Windows" },
    { "Mac OS X", "macOS" },   { "CrOS", "ChromeOS" },
    { "Linux", "Linux" },
    { NULL, NULL },
};

static const char *find(const struct known *list, struct str agent)
{
    while (list->mark && !memmem(agent.p, agent.n, list->mark,
                                 strlen(list->mark)))
        list++;
    return list->name;
}

struct str browser_name(struct arena *a, struct str agent)
{
    if (agent.n == 0)
        return STR("Unknown");
    const char *browser = find(browsers, agent);
    const char *system = find(systems, agent);
    if (!browser)
        return str_cap(agent, SHOWN_MAX);
    return system ? arena_printf(a, "%s on %s", browser, system)
                  : str_of(browser);
}
