#include "core/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

enum { GENERATED = 16, TRIES = 5 };

struct secret {
    unsigned char key[crypto_secretbox_KEYBYTES];
};

static enum result make(const char *path, struct secret *s)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

    if (fd < 0)
        return errno == EEXIST ? ERR_CONFLICT : ERR_DENIED;
    randombytes_buf(s->key, sizeof s->key);
    bool good = write(fd, s->key, sizeof s->key) == sizeof s->key
                && fsync(fd) == 0;
    close(fd);
    if (!good)
        unlink(path);
    return good ? OK : ERR_DENIED;
}

static enum result load(const char *path, struct secret *s)
{
    unsigned char more;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return errno == ENOENT ? ERR_MISSING : ERR_DENIED;
    bool good = read(fd, s->key, sizeof s->key) == sizeof s->key
                && read(fd, &more, 1) == 0;
    close(fd);
    return good ? OK : ERR_INVALID;
}

enum result secret_open(const char *path, struct secret **out)
{
    if (sodium_init() < 0)
        return ERR_FAILED;
    struct secret *s = sodium_malloc(sizeof *s);
    if (!s)
        return ERR_FAILED;
    enum result rc = load(path, s);
    if (rc == ERR_MISSING)
        rc = make(path, s);
    for (int i = 0; i < TRIES && (rc == ERR_CONFLICT || rc == ERR_INVALID);
         i++) {
        usleep(20000); /* another process is just making it */
        rc = load(path, s);
    }
    if (rc != OK) {
        char room[LOG_QUOTE_ROOM];

        log_fail("secret.open", "file=%s reason=\"%s\"",
                 log_quote(str_of(path), room),
                 rc == ERR_INVALID ? "not a secret of this program"
                                   : "it can be neither read nor made");
        sodium_free(s);
        return rc;
    }
    sodium_mprotect_readonly(s);
    *out = s;
    return OK;
}

void secret_close(struct secret *s)
{
    sodium_free(s);
}

void key_hash(struct str text, unsigned char out[static KEY_HASH])
{
    crypto_generichash(out, KEY_HASH, (const unsigned char *)text.p, text.n,
                       NULL, 0);
}

bool key_text_valid(struct str text)
{
    if (text.n < 1 || text.n > KEY_TEXT_MAX)
        return false;
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] <= ' ' || text.p[i] > '~')
            return false;
    return true;
}

static struct str seal(const struct secret *s, struct arena *a,
                       struct str text)
{
    size_t n = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES
               + text.n;
    unsigned char *p = arena_get(a, n);

    randombytes_buf(p, crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(p + crypto_secretbox_NONCEBYTES,
                          (const unsigned char *)text.p, text.n, p, s->key);
    return (struct str){ (const char *)p, n };
}

struct str key_text(const struct secret *s, struct arena *a,
                    const struct key *key)
{
    const unsigned char *p = (const unsigned char *)key->sealed.p;
    size_t skip = crypto_secretbox_NONCEBYTES;

    if (key->sealed.n < skip + crypto_secretbox_MACBYTES)
        return NO_STR;
    size_t n = key->sealed.n - skip - crypto_secretbox_MACBYTES;
    char *text = arena_get(a, n + 1);
    if (crypto_secretbox_open_easy((unsigned char *)text, p + skip,
                                   key->sealed.n - skip, p, s->key)
        != 0)
        return NO_STR;
    return (struct str){ text, n };
}

static struct str generate(struct arena *a)
{
    static const char letters[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    char *p = arena_get(a, GENERATED + 1);

    for (int i = 0; i < GENERATED; i++)
        p[i] = letters[randombytes_uniform(sizeof letters - 1)];
    return (struct str){ p, GENERATED };
}

enum result key_issue(struct db *db, const struct secret *s, struct arena *a,
                      struct key *key, struct str text, struct str *made)
{
    unsigned char hash[KEY_HASH];

    if (text.p && !key_text_valid(text))
        return ERR_INVALID;
    *made = text.p ? text : generate(a);
    key_hash(*made, hash);
    key->hash = arena_copy(a, (struct str){ (const char *)hash, KEY_HASH });
    key->sealed = seal(s, a, *made);
    key->hint = str_cap(*made, KEY_HINT);
    return key_add(db, key, &key->id);
}
