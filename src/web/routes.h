/* routes.h -- the map of the whole site. */
#ifndef WEB_ROUTES_H
#define WEB_ROUTES_H

#include "web/call.h"

/* Where it runs. Nothing IN_LOOP may touch the database or the disk. IN_LONG is
 * in a worker, too, where it may read a million readings or megabytes of text:
 * there is always a worker for the rest. */
enum place { IN_LOOP, IN_WORKER, IN_LONG };

/* The form of an error when the handler leaves it to answer.c. */
enum dialect {
    PAGE,   /* HTML for people */
    WORD,   /* one line of text */
    ZERO,   /* ThingSpeak's update: "0" whatever the suffix */
    MINUS,  /* ThingSpeak's reads: "-1" where a key is missing, else OBJECT */
    OBJECT, /* ThingSpeak's error object, as the suffix says */
    PICTURE /* an SVG with one sentence */
};

/* path: parts between slashes; ":" takes any one part; a last "*" takes all
 * that follows; ".*" at the end allows .json .xml .csv .txt, something else
 * or nothing there, ".json*" too, and nothing is .json; ".svg" must
 * be there. A PAGE with ".*" is for browsers that name none; the next route of
 * the same path is data. */
struct route {
    unsigned methods; /* HEAD comes with GET */
    const char *path;
    handler *run;
    enum place place;
    enum dialect dialect;
    enum act act;     /* what it comes to: asked of core/grant.h by guard.h
                       * before the handler runs, about the channel, post or
                       * document that the first ":" names; ACT_STORE in the
                       * loop by submission.h */
};

extern const struct route routes[]; /* ends with a NULL path */

/* The route of a path and method, with c->part and c->suffix filled in.
 * ERR_MISSING: no such path; ERR_METHOD: *allowed are those it has. */
MUST_USE enum result route_find(struct call *c, unsigned *allowed);

handler update_api, path_update_api, bulk_api;
handler feeds_api, field_api, export_api;
handler last_api, entry_api, field_last_api, field_entry_api, age_api,
    recent_api, status_api, status_last_api;
handler channel_list_api, channel_add_api, channel_api, channel_put_api,
    channel_remove_api, channel_clear_api, channel_public_api;
/* Rails' way for clients that can only POST: the method is in _method. */
handler override_api;
handler account_api, account_channels_api;
handler chart_picture, chart_frame, series_api, channel_events_api, events_api;
handler home_edit_page, home_edit_post;
handler home_page, channel_page, recent_redirect, static_file;
handler register_page, register_post, login_page, login_post, logout_post;
handler account_page, account_password_post, account_key_post,
    account_session_end_post, account_sessions_end_post, account_close_page,
    account_close_post;
handler accounts_page, accounts_add_post, accounts_one_page,
    accounts_password_post, accounts_admin_post, accounts_remove_post;
handler mapper_page, mapper_post;
handler documents_page, document_page, document_file, document_delete_post;
handler channel_list_page, channel_create_page, channel_create_post,
    channel_edit_page, channel_edit_post, channel_clear_page,
    channel_clear_post, channel_delete_page, channel_delete_post,
    channel_connect_page, channel_keys_page, channel_keys_post,
    channel_devices_page, channel_devices_post, channel_import_page,
    channel_import_post, channel_export_page, channel_export_file,
    channel_embed_page;
handler hello_page, journal_page, journal_feed, journal_removed_page;
handler post_page, post_create_page, post_create_post, post_update_page,
    post_update_post, post_delete_post, post_restore_post;
handler health_api, metrics_api;

#endif
