#include "store/home.h"

#include "store/row.h"
#include "store/statements.h"

static const struct sql cards_sql = {
    "SELECT channel, field FROM home_card WHERE account = $1 ORDER BY place"
};

static const struct sql cards_clear_sql = {
    "DELETE FROM home_card WHERE account = $1"
};

static const struct sql card_add_sql = {
    "INSERT INTO home_card (account, place, channel, field)"
    " VALUES ($1, $2, $3, $4)"
};

static const struct sql sensors_sql = {
    "SELECT role, channel, field FROM home_sensor WHERE account = $1"
};

static const struct sql sensors_clear_sql = {
    "DELETE FROM home_sensor WHERE account = $1"
};

static const struct sql sensor_add_sql = {
    "INSERT INTO home_sensor (account, role, channel, field)"
    " VALUES ($1, $2, $3, $4)"
};

static const struct sql comfort_sql = {
    "SELECT celsius FROM home_comfort WHERE account = $1"
};

static const struct sql comfort_put_sql = {
    "INSERT INTO home_comfort (account, celsius) VALUES ($1, $2)"
    " ON CONFLICT (account) DO UPDATE SET celsius = excluded.celsius"
};

const struct sql *const home_sql[] = {
    &cards_sql,         &cards_clear_sql, &card_add_sql,
    &sensors_sql,       &sensors_clear_sql, &sensor_add_sql,
    &comfort_sql,       &comfort_put_sql, NULL
};

enum result home_cards(struct db *db, struct arena *a, struct account_id id,
                       struct home_field **list, int *n)
{
    struct rows q;

    *list = NULL;
    *n = 0;
    for (db_query(db, &cards_sql, ARGS(INT(id.n)), &q); rows_next(&q);) {
        *list = row_room(a, *list, *n, sizeof **list);
        (*list)[(*n)++] = (struct home_field){ { rows_int(&q, 0) },
                                               (int)rows_int(&q, 1) };
    }
    return rows_end(&q);
}

enum result home_cards_put(struct db *db, struct account_id id,
                           const struct home_field *list, int n)
{
    if (n > HOME_CARDS)
        return ERR_TOO_BIG;
    enum result rc = db_run(db, &cards_clear_sql, ARGS(INT(id.n)));
    for (int i = 0; rc == OK && i < n; i++)
        rc = db_run(db, &card_add_sql,
                    ARGS(INT(id.n), INT(i), INT(list[i].channel.n),
                         INT(list[i].field)));
    return rc;
}

static enum result get_comfort(struct db *db, struct account_id id,
                               struct home_advice *out)
{
    struct rows q;

    for (db_query(db, &comfort_sql, ARGS(INT(id.n)), &q); rows_next(&q);) {
        out->has_comfort = true;
        out->comfort = rows_real(&q, 0);
    }
    return rows_end(&q);
}

enum result home_advice_get(struct db *db, struct account_id id,
                            struct home_advice *out)
{
    struct rows q;

    *out = (struct home_advice){ .has_comfort = false };
    for (db_query(db, &sensors_sql, ARGS(INT(id.n)), &q); rows_next(&q);) {
        int64_t role = rows_int(&q, 0);

        if (role >= 0 && role < HOME_SENSORS)
            out->sensor[role] = (struct home_field){ { rows_int(&q, 1) },
                                                     (int)rows_int(&q, 2) };
    }
    enum result rc = rows_end(&q);
    return rc == OK ? get_comfort(db, id, out) : rc;
}

enum result home_advice_put(struct db *db, struct account_id id,
                            const struct home_advice *h)
{
    enum result rc = db_run(db, &sensors_clear_sql, ARGS(INT(id.n)));

    for (int i = 0; rc == OK && i < HOME_SENSORS; i++)
        if (h->sensor[i].channel.n)
            rc = db_run(db, &sensor_add_sql,
                        ARGS(INT(id.n), INT(i), INT(h->sensor[i].channel.n),
                             INT(h->sensor[i].field)));
    if (rc != OK || !h->has_comfort)
        return rc;
    return db_run(db, &comfort_put_sql, ARGS(INT(id.n), REAL(h->comfort)));
}
