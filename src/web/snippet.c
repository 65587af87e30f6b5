#include "web/snippet.h"

#include "base/form.h"
#include "base/unicode.h"

enum { ABOUT_MOST = 60 };   /* characters of a comment */
enum { SNIPPET_SENSORS = 4 }; /* of a rule of Tasmota's, of 511 bytes */

/* A value such as that unit has, and what Tasmota calls its sensor. */
static const struct example {
    const char *unit, *value, *sensor;
} examples[] = {
    { "°C", "21.5", "BME280#Temperature" },
    { "°F", "70.7", "BME280#Temperature" },
    { "%", "48", "BME280#Humidity" },
    { "hPa", "1013.2", "BME280#Pressure" },
    { "mbar", "1013.2", "BME280#Pressure" },
    { "lx", "320", "BH1750#Illuminance" },
    { "ppm", "620", "MHZ19B#CarbonDioxide" },
    { "µg/m³", "8", "SDS0X1#PM2.5" },
    { "V", "3.71", "ENERGY#Voltage" },
    { "A", "0.42", "ENERGY#Current" },
    { "W", "96", "ENERGY#Power" },
    { "kWh", "1.8", "ENERGY#Today" },
    { "mm", "0.2", "SENSOR#VALUE" },
    { "m/s", "3.4", "SENSOR#VALUE" },
    { "", "21.5", "SENSOR#VALUE" }, /* any other */
};

static const struct example *example_of(struct str unit)
{
    const struct example *e = examples;

    while (*e->unit && !str_is(unit, e->unit))
        e++;
    return e;
}

/* For a comment of any language. A backslash would take the next line along
 * in C, and what has no ink may be the end of a line, or turn its order. */
static struct str comment(struct arena *a, struct str s)
{
    struct buf b = { 0 };

    for (int i = 0; s.n > 0 && i < ABOUT_MOST; i++) {
        size_t n;
        uint32_t c = unicode_first(s, &n);
        bool plain = unicode_is_printable(c) && !unicode_is_space(c);

        buf_add(&b, !plain ? STR(" ") : c == '\\' ? STR("/")
                                                  : (struct str){ s.p, n });
        s = str_from(s, n);
    }
    struct str text = arena_copy(a, str_trim(buf_str(&b)));
    buf_free(&b);
    return text;
}

static struct str about(struct arena *a, const struct field *f)
{
    struct str label = comment(a, f->label), unit = comment(a, f->unit);

    if (unit.n == 0)
        return label;
    return arena_printf(a, "%.*s, %.*s", STR_FMT(label), STR_FMT(unit));
}

static struct str add_reading(struct arena *a, struct str all,
                              const struct field *f, const char *value)
{
    return arena_printf(a, "%.*s&field%d=%s", STR_FMT(all), f->number, value);
}

static void put_measure(struct values *v, struct arena *a,
                        const struct field *f)
{
    struct values *row = values_row(v, "measures");

    values_text(row, "number", arena_printf(a, "%d", f->number));
    values_text(row, "about", about(a, f));
    values_text(row, "value", str_of(example_of(f->unit)->value));
}

/* A rule has little room: all but the last value wait in Tasmota's variables,
 * and all go in one reading. */
static void put_sensors(struct values *v, struct arena *a,
                        const struct field *const *list, int n)
{
    struct str readings = NO_STR;

    if (n > SNIPPET_SENSORS)
        n = SNIPPET_SENSORS;
    for (int i = 0; i < n; i++) {
        bool last = i == n - 1;
        struct values *row = values_row(v, "sensors");
        struct str place = arena_printf(a, "%d", i + 1);

        values_text(row, "sensor", str_of(example_of(list[i]->unit)->sensor));
        values_text(row, "place", place);
        values_flag(row, "last", last);
        readings = add_reading(a, readings, list[i],
                               last ? "%value%"
                                    : arena_printf(a, "%%var%s%%",
                                                   place.p).p);
    }
    values_text(v, "sensor_readings", readings);
}

static void put_measures(struct values *v, struct arena *a,
                         const struct channel *ch)
{
    static const struct field nameless = { .number = 1 };
    const struct field *list[SNIPPET_FIELDS] = { &nameless };
    struct str readings = NO_STR;
    int n = 0;

    for (int i = 0; i < ch->n_fields; i++)
        if (ch->fields[i].label.n && ch->fields[i].number <= SNIPPET_FIELDS)
            list[n++] = &ch->fields[i];
    n = n > 0 ? n : 1;
    for (int i = 0; i < n; i++) {
        put_measure(v, a, list[i]);
        readings = add_reading(a, readings, list[i],
                               example_of(list[i]->unit)->value);
    }
    values_text(v, "first_readings", readings);
    put_sensors(v, a, list, n);
}

static bool is_tls(struct str origin)
{
    return str_starts(origin, STR("https://"));
}

/* "http://host:8080" is host and 8080; without a port it is the usual one. */
static struct str host_of(struct str origin, struct str *port)
{
    struct str host = str_from(origin, str_find(origin, '/') + 2);
    size_t end = host.n;

    *port = is_tls(origin) ? STR("443") : STR("80");
    while (end > 0 && host.p[end - 1] != ':' && host.p[end - 1] != ']')
        end--;
    if (end == 0 || host.p[end - 1] == ']')
        return host;
    *port = str_from(host, end);
    host.n = end - 1;
    return host;
}

static void put_host(struct values *v, struct str origin)
{
    struct str port;

    values_text(v, "host", host_of(origin, &port));
    values_text(v, "port", port);
    values_flag(v, "tls", is_tls(origin));
}

void snippet_put(struct values *v, struct arena *a, const struct channel *ch,
                 struct str origin, struct str key)
{
    values_text(v, "origin", origin);
    values_text(v, "write_key", form_escape(key, a));
    values_text(v, "about_channel", comment(a, ch->name));
    put_host(v, origin);
    put_measures(v, a, ch);
}

bool snippet_stays_here(struct str origin)
{
    struct str port, host = host_of(origin, &port);

    return str_is(host, "localhost") || str_is(host, "[::1]")
           || str_starts(host, STR("127."));
}
