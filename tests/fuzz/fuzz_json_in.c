/* What was read is written, and read and written again: the same. */
#include "fuzz.h"

#include "base/buf.h"
#include "base/json.h"
#include "base/json_in.h"

static void write_item(struct json *out, enum json_item item,
                       const char *name, struct str text)
{
    switch (item) {
    case JSON_OBJECT:
        json_open(out, name, '{');
        break;
    case JSON_ARRAY:
        json_open(out, name, '[');
        break;
    case JSON_STRING:
        must(str_is_text(text));
        json_text(out, name, text);
        break;
    case JSON_NUMBER:
        json_raw(out, name, text);
        break;
    case JSON_NULL:
        json_null(out, name);
        break;
    default:
        json_bool(out, name, item == JSON_TRUE);
    }
}

static bool rewrite(struct str s, struct buf *out, struct arena *a)
{
    struct json j = { .out = out };
    struct json_in in;
    const char *name = NULL;
    enum json_item item;

    json_in_start(&in, s, a);
    while ((item = json_in_next(&in)) < JSON_END) {
        must(in.at <= s.n);
        if (item == JSON_NAME) {
            name = arena_copy(a, in.text).p;
        } else if (item == JSON_OBJECT_END || item == JSON_ARRAY_END) {
            json_close(&j, item == JSON_OBJECT_END ? '}' : ']');
        } else {
            write_item(&j, item, name, in.text);
            name = NULL;
        }
    }
    must(in.at <= s.n);
    must(item == JSON_END || in.why);
    must(json_in_next(&in) == item);
    return item == JSON_END;
}

/* Skipping finds the same mistakes as reading does. */
static bool skip(struct str s, struct arena *a)
{
    struct json_in in;

    json_in_start(&in, s, a);
    return json_in_skip(&in, json_in_next(&in)) &&
           json_in_next(&in) == JSON_END;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
    struct arena *a = arena_new();
    struct buf once = { 0 }, twice = { 0 };
    struct str s = fuzz_text(data, n);
    bool ok = rewrite(s, &once, a);

    must(skip(s, a) == ok);
    if (ok) {
        must(rewrite(buf_str(&once), &twice, a));
        must(str_eq(buf_str(&once), buf_str(&twice)));
    }
    buf_free(&once);
    buf_free(&twice);
    arena_free(a);
    return 0;
}
