/* answer.h -- from a result to a response: the only place that knows HTTP's
 * status numbers, and the form that errors take in each dialect. */
#ifndef WEB_ANSWER_H
#define WEB_ANSWER_H

#include "web/call.h"

/* Fills in what the handler left open: status and headers, and for an error
 * the body in the form that the route's dialect and the suffix ask for. */
void answer_write(struct call *c, enum result rc);

/* Says which methods there are: with an ERR_METHOD, and to OPTIONS. */
void answer_allow(struct call *c, unsigned methods);

/* The type of a body in this form. */
struct str answer_type(enum suffix s);

#endif
