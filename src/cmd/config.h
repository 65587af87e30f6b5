/* config.h -- the settings: one table. Only cmd/ reads them; every other layer
 * is handed the few values it needs when it starts.
 *
 * Order, later wins: the table's defaults; the file (--config FILE, else
 * /etc/almanac.conf if it is there): "name = value" lines, '#' comments; the
 * environment, ALMANAC_ and the name in capitals; flags, --name with '-' for
 * '_'. */
#ifndef CMD_CONFIG_H
#define CMD_CONFIG_H

#include <stddef.h>
#include <stdint.h>

#include "base/result.h"
#include "base/str.h"

struct config {
    const char *listen, *database, *secret, *spool;
    const char *tls_listen, *tls_certificate, *tls_key;
    int64_t workers, queue;
    int64_t connections, connections_per_address;
    int64_t idle_time, request_time; /* seconds */
    int64_t header_limit, body_limit, held_limit, bulk_limit;
    int64_t rate_limit;              /* seconds */
};

struct setting {
    const char *name;
    enum { SETTING_TEXT, SETTING_INT } type;
    size_t at;           /* in struct config */
    const char *initial; /* NULL: not set */
    int64_t min, max;
    const char *help;
};

extern const struct setting settings[]; /* ends with a NULL name */

/* Takes the settings' flags out of argv (and --config) and leaves the rest in
 * it, as *argc says. ERR_INVALID: a setting is wrong; the sentence is on
 * standard error. The config lives until the process ends. */
MUST_USE enum result config_load(struct config *c, int *argc, char **argv);

/* Where a setting's value came from: "default", "environment", "flag" or the
 * file's name. */
const char *config_source(const struct setting *s);

#endif
