#include "http/refusal.h"

#define X(name, status, words) { status, words },
static const struct {
    int status;
    const char *words;
} list[] = { { 0, "" }, REFUSALS(X) };
#undef X

int refusal_status(enum refusal r)
{
    return list[r].status;
}

const char *refusal_words(enum refusal r)
{
    return list[r].words;
}
