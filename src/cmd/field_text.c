#include "cmd/field_text.h"

bool field_text_read(struct str text, struct field *out, const char **why)
{
    struct str label = text, number = str_cut(&label, '=');
    int64_t n;

    *out = (struct field){ .unit = STR(""), .display = STR(""),
                           .colour = STR("") };
    if (!str_int(number, &n) || n < 1 || n > CHANNEL_FIELDS) {
        *why = "has no field number from 1 to 64 before its '='";
        return false;
    }
    out->number = (int)n;
    for (size_t i = label.n; i > 0; i--)
        if (label.p[i - 1] == ':') {
            out->unit = str_trim(str_from(label, i));
            label.n = i - 1;
            break;
        }
    out->display = out->unit;
    out->unit = str_trim(str_cut(&out->display, '>'));
    out->display = out->display.p ? str_trim(out->display) : STR("");
    out->label = str_trim(label);
    if (out->label.n == 0) {
        *why = "has no label";
        return false;
    }
    if (!str_is_text(out->label) || !str_is_text(out->unit)
        || !str_is_text(out->display)) {
        *why = "is not valid UTF-8";
        return false;
    }
    return true;
}
