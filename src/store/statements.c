#include "store/statements.h"

const struct statements all_statements[] = {
    { "account", account_sql },     { "channel", channel_sql },
    { "device", device_sql },       { "document", document_sql },
    { "field", field_sql },         { "home", home_sql },
    { "invariant", invariant_sql },
    { "key", key_sql },             { "post", post_sql },
    { "reading", reading_sql },     { "session", session_sql },
    { "summary", summary_sql },     { "tag", tag_sql },
    { NULL, NULL },
};
