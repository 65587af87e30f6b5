/* Every statement is one that both databases understand. */
#include "store_db.h"

#include "store/statements.h"

static void every_statement_prepares(void **state)
{
    (void)state;
    for (const struct statements *f = all_statements; f->file; f++) {
        assert_non_null(f->list[0]);
        for (int i = 0; f->list[i]; i++)
            if (db_prepares(db, f->list[i]) != OK)
                fail_msg("%s: %s", f->file, f->list[i]->text);
    }
}

static void what_is_wrong_is_noticed(void **state)
{
    static const struct sql wrong = { "SELECT nothing FROM reading" };

    (void)state;
    assert_int_equal(db_prepares(db, &wrong), ERR_FAILED);
}

static int run(void)
{
    const struct CMUnitTest tests[] = { T(every_statement_prepares),
                                        T(what_is_wrong_is_noticed) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

int main(void)
{
    return on_each_database(run);
}
