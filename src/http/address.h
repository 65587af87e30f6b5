/* address.h -- how many connections each address has. Loop thread. */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

#include "base/str.h"

struct addresses;
struct address;

struct addresses *addresses_new(void);
void addresses_free(struct addresses *all); /* when all have left */

/* NULL when it has max already. The result is for address_leave. */
struct address *address_enter(struct addresses *all, struct str text, int max);
void address_leave(struct addresses *all, struct address *one);

#endif
