/* The form that describes a channel, and the list of zones it offers. */
#include "base_test.h"

#include "base/zone.h"
#include "base/zone_list.h"
#include "web/channel_form.h"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

/* A form as a browser sends it. */
static struct params sent(const char *body)
{
    struct header *type = ARENA_NEW(arena, struct header);
    struct request req = { .method = POST, .headers = type, .n_headers = 1,
                           .body = str_of(body), .arena = arena };
    struct params p;

    *type = (struct header){ STR("Content-Type"),
                             STR("application/x-www-form-urlencoded") };
    assert_int_equal(params_read(&req, &p), OK);
    return p;
}

static const char *apply(const char *body, struct channel *ch)
{
    struct channel_form f;
    struct params p = sent(body);

    channel_form_read(&f, arena, &p);
    return channel_form_apply(&f, arena, ch);
}

static void refuse(const char *body, const char *word)
{
    struct channel ch = { .name = STR("as it was"), .zone = STR("UTC") };
    const char *why = apply(body, &ch);

    if (!why || !strstr(why, word))
        fail_msg("%s: %s", body, why ? why : "taken");
    assert_text(ch.name, "as it was");
}

static void all_of_it_is_taken(void **state)
{
    struct channel ch = { 0 };

    (void)state;
    assert_null(apply("name=+A+&description=x%0D%0Ay%0Dz&tags=t,+u,t&url="
                      "http://e/&metadata=%7B%7D&latitude=-90&longitude=180"
                      "&elevation=high&zone=Asia/Tokyo&is_public=yes"
                      "&label2=L&unit2=m&display2=ft&colour2=%23aAbB09",
                      &ch));
    assert_text(ch.name, "A");
    assert_text(ch.description, "x\ny\rz");
    assert_int_equal(ch.n_tags, 2);
    assert_text(ch.tags[1].name, "u");
    assert_text(ch.url, "http://e/");
    assert_text(ch.metadata, "{}");
    assert_text(ch.latitude, "-90");
    assert_text(ch.longitude, "180");
    assert_text(ch.elevation, "high");
    assert_text(ch.zone, "Asia/Tokyo");
    assert_true(ch.is_public);
    assert_int_equal(ch.n_fields, 1);
    assert_int_equal(ch.fields[0].number, 2);
    assert_text(ch.fields[0].label, "L");
    assert_text(ch.fields[0].unit, "m");
    assert_text(ch.fields[0].display, "ft");
    assert_text(ch.fields[0].colour, "#aAbB09");
}

static void what_is_empty_is_not_set(void **state)
{
    struct channel ch = { .latitude = STR("1"), .description = STR("d"),
                          .is_public = true };

    (void)state;
    assert_null(apply("name=A&zone=UTC&latitude=&description=", &ch));
    assert_text(ch.latitude, NULL);
    assert_text(ch.description, NULL);
    assert_false(ch.is_public);
}

/* The query is no form, and neither is JSON. */
static void only_a_form_counts(void **state)
{
    struct request req = { .method = POST, .query = STR("name=A&zone=UTC"),
                           .arena = arena };
    struct channel_form f;
    struct params p;

    (void)state;
    assert_int_equal(params_read(&req, &p), OK);
    channel_form_read(&f, arena, &p);
    assert_text(f.name, NULL);
    assert_text(f.zone, NULL);
}

static void fields_that_were_not_in_it_stay(void **state)
{
    struct field fields[] = {
        { .number = 1, .label = STR("one"), .unit = STR("m"),
          .colour = STR("odd") },
        { .number = 2, .label = STR("two"), .unit = STR("m") },
        { .number = 64, .label = STR("last"), .colour = STR("odd") },
    };
    struct channel ch = { .fields = fields, .n_fields = 3 };

    (void)state;
    assert_null(apply("name=A&zone=UTC&label1=new&label2=&unit2=m", &ch));
    assert_int_equal(ch.n_fields, 2);
    assert_text(ch.fields[0].label, "new");
    assert_text(ch.fields[0].unit, NULL);
    assert_int_equal(ch.fields[1].number, 64);
    assert_text(ch.fields[1].colour, "odd");
}

static void nonsense_is_refused(void **state)
{
    (void)state;
    refuse("zone=UTC", "needs a name");
    refuse("name=A", "time zone");
    refuse("name=A&zone=/etc/passwd", "time zone");
    refuse("name=A&zone=UTC&latitude=90.1", "latitude");
    refuse("name=A&zone=UTC&latitude=nan", "latitude");
    refuse("name=A&zone=UTC&longitude=-181", "longitude");
    refuse("name=A&zone=UTC&url=javascript:x", "https://");
    refuse("name=A&zone=UTC&label1=L&colour1=%2300000g", "colour of field 1");
    refuse("name=A&zone=UTC&label1=L&colour1=%230000000", "colour of field 1");
    refuse("name=A&zone=UTC&label1=L&colour1=%23%00%00%00%00%00%00",
           "colour of field 1");
    refuse("name=A&zone=UTC&unit64=m&label64=", "Field 64");
    refuse("name=A&zone=UTC&tags=1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,"
           "19,20,21,22,23,24,25,26,27,28,29,30,31,32,33", "32 tags");
}

static int rows(const char *body)
{
    struct channel_form f;
    struct params p = sent(body);

    channel_form_read(&f, arena, &p);
    return f.rows;
}

static void rows_are_as_many_as_it_takes(void **state)
{
    (void)state;
    assert_int_equal(rows("name=A"), 3);
    assert_int_equal(rows("rows=3&more=yes"), 11);
    assert_int_equal(rows("rows=12"), 12);
    assert_int_equal(rows("rows=60&more=yes"), 64);
    assert_int_equal(rows("rows=64&more=yes"), 64);
    assert_int_equal(rows("rows=9223372036854775807&more=yes"), 64);
    assert_int_equal(rows("rows=-9223372036854775808&more=yes"), 3);
    assert_int_equal(rows("rows=x"), 3);
    assert_int_equal(rows("label10=ten"), 12);
    assert_int_equal(rows("label64=last"), 64);
}

static void it_comes_back_as_it_was(void **state)
{
    struct tag tags[] = { { 1, STR("a") }, { 2, STR("b c") } };
    struct field field = { .number = 7, .label = STR("L") };
    struct channel ch = { .name = STR("A"), .zone = STR("UTC"), .tags = tags,
                          .n_tags = 2, .fields = &field, .n_fields = 1 };
    struct channel_form f;

    (void)state;
    channel_form_of(&f, arena, &ch);
    assert_text(f.tags, "a, b c");
    assert_text(f.row[6].label, "L");
    assert_int_equal(f.rows, 9);
    struct channel again = { 0 };
    assert_null(channel_form_apply(&f, arena, &again));
    assert_int_equal(again.n_tags, 2);
    assert_int_equal(again.fields[0].number, 7);
}

static void every_zone_of_the_list_is_one(void **state)
{
    size_t n;
    const struct str *list = zone_list(&n);

    (void)state;
    assert_true(n > 300);
    assert_text(list[0], "UTC");
    for (size_t i = 0; i < n; i++) {
        if (!zone_named(list[i]))
            fail_msg("%.*s", STR_FMT(list[i]));
        assert_true(i < 2 || strcmp(list[i - 1].p, list[i].p) < 0);
    }
}

#define F(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        F(all_of_it_is_taken),
        F(what_is_empty_is_not_set),
        F(only_a_form_counts),
        F(fields_that_were_not_in_it_stay),
        F(nonsense_is_refused),
        F(rows_are_as_many_as_it_takes),
        F(it_comes_back_as_it_was),
        cmocka_unit_test(every_zone_of_the_list_is_one),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
