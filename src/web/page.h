/* page.h -- every page goes through here: template, type, security headers. */
#ifndef WEB_PAGE_H
#define WEB_PAGE_H

#include "base/template.h"
#include "web/call.h"

struct zone;

/* pages/NAME.html with these values, as the response, and those that top.html
 * and token.html want: who is signed in, the token for forms. status 200 unless
 * the response has one already; checked again at every visit unless it has a
 * Cache-Control already, and kept by no cache when somebody is signed in. Any
 * thread. */
MUST_USE enum result page_show(struct call *c, const char *name,
                               struct values *v);

/* Before page_show: scripts of ours may run on it, and ask this server. */
void page_allow_script(struct call *c);

/* The same, and a frame with a chart of ours. */
void page_allow_frame(struct call *c);

/* The same, and live.html: the cards of the page go on by themselves. */
void page_allow_live(struct call *c, struct values *v);

/* Type and security, for what is written without a template. */
void page_headers(struct response *res);

/* 302 to a path of ours. */
MUST_USE enum result page_redirect(struct call *c, struct str to);

/* A path of ours, with the request's key in its query if it had one. */
struct str page_link(struct call *c, const char *path);

/* For begin.html and wall.html: is the page to be one for a screen on a wall
 * (?view=wall)? And the same address that way, and the other. */
void page_put_wall(struct call *c, struct values *v);

/* "http://host:port", as the request named this server. */
struct str page_origin(struct call *c);

/* No cache may keep this page: it shows what a key or a session opened. Of an
 * account the header also says "private", which static/worker.js looks for. */
void page_keep_private(struct call *c);

/* A reading's value, with how large it can be written. */
void page_value(struct values *v, struct str text);

/* A reading was stored that came as one URL, and a browser asks. label is the
 * field's and may be NO_STR; value as it was sent; key is NO_STR but
 * for a private channel, where REFRESH needs the one that the visitor sent;
 * zone NULL is UTC. */
struct accepted {
    struct str label, value, key;
    int64_t at;
    const struct zone *zone;
};
MUST_USE enum result page_accepted(struct call *c, const struct accepted *a);

/* 302 to /auth/login: this page is for those who are signed in. */
enum result page_sign_in(struct call *c);
/* 403: no valid key, or a station that is not accepted. */
enum result page_denied(struct call *c);
/* 403: a channel that opens with its read key; asks for it. */
enum result page_private(struct call *c);
/* 404 */
enum result page_missing(struct call *c);

/* Whatever else went wrong: a few words and one sentence. These are always
 * OK. */
enum result page_error(struct call *c, int status, const char *title,
                       const char *sentence);

#endif
