/* dispatch.h -- the one path that every request takes:
 *
 *     route -> parameters -> handler -> answer
 *
 * The only part of web/ that knows there are threads. */
#ifndef WEB_DISPATCH_H
#define WEB_DISPATCH_H

struct app;
struct exchange;

/* Loop thread. For http_new; app is a struct app, and the threads of its pool
 * have a struct reader each. */
void dispatch(void *app, struct exchange *x);

#endif
