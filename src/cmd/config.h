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
#include <stdio.h>

#include "base/result.h"
#include "base/str.h"

enum { CONFIG_SETTINGS = 27, CONFIG_FILE_MAX = 64 * 1024 };

struct config {
    const char *listen, *database, *secret, *spool;
    const char *tls_listen, *tls_certificate, *tls_key;
    const char *session_store;
    int64_t workers, queue;
    int64_t connections, connections_per_address, watchers;
    int64_t idle_time, request_time; /* seconds */
    int64_t header_limit, body_limit, held_limit, bulk_limit;
    int64_t rate_limit;              /* seconds */
    int64_t session_time, session_idle_time, document_time; /* seconds */
    int64_t document_limit, documents_limit; /* bytes */
    int64_t registration, neutral_sign_in;   /* 0 or 1 */

    const char *source[CONFIG_SETTINGS]; /* private, as is the arena */
    struct arena *arena;
};

struct setting {
    const char *name;
    enum { SETTING_TEXT, SETTING_INT, SETTING_FLAG } type;
    size_t at;           /* in struct config */
    const char *initial; /* NULL: not set, or worked out */
    int64_t min, max;
    const char *help;
};

extern const struct setting settings[]; /* ends with a NULL name */

/* Takes the settings' flags out of argv (and --config) and leaves the rest in
 * it, as *argc says. "--" ends the flags and stays. ERR_INVALID: a setting is
 * wrong; the sentence is on standard error, nothing is to be freed. */
MUST_USE enum result config_load(struct config *c, int *argc, char **argv);
void config_free(struct config *c);

/* Where a setting's value came from: "default", "environment", "flag" or the
 * file's name. */
const char *config_source(const struct config *c, const struct setting *s);

/* How many words of the command line a setting's flag takes if this is one:
 * 0 (it is none), 1 (--name=value) or 2 (--name value). */
int config_flag(const char *word);

/* A line or two for each flag. */
void config_help(FILE *out);

#endif
