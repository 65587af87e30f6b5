/* params.h -- what a request says, wherever it says it.
 *
 * Query, form body, multipart body (RFC 7578) and JSON object body are merged;
 * of two with one name the later wins, and the body comes after the query.
 * A body of any other type, or of none, is taken for a form, unless it starts
 * with '{'. Names are case-sensitive. Values are the exact text that was sent; JSON
 * numbers too, and json tells that it was one. Pure, in the request's arena.
 */
#ifndef HTTP_PARAMS_H
#define HTTP_PARAMS_H

#include "http/message.h"

enum { PARAMS_MAX = 1024 };

struct param {
    struct str name, value;
    struct str filename, type; /* of a multipart file; else NO_STR */
    bool number;               /* JSON number or boolean, not text */
    bool form;                 /* from a form or multipart body */
};

struct params {
    const struct param *list;
    int n;
    struct str bad; /* why, in words, when the body could not be read */
};

/* ERR_INVALID: the body is not what its type says (see bad);
 * ERR_TOO_BIG: more than PARAMS_MAX. The query is read even then.
 * A JSON value that is an object or array is given as its text. */
MUST_USE enum result params_read(const struct request *req,
                                 struct params *out);

/* .p is NULL when it was not sent. */
struct str params_get(const struct params *p, const char *name);
const struct param *params_find(const struct params *p, const char *name);

/* Only what a form in the body said: neither the query nor JSON counts. */
struct str params_form(const struct params *p, const char *name);
const struct param *params_find_form(const struct params *p,
                                     const char *name);

#endif
