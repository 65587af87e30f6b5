/* ids.h -- ids that the compiler will not let us mix up. */
#ifndef STORE_IDS_H
#define STORE_IDS_H

#include <stdint.h>

struct account_id {
    int64_t n;
};

struct channel_id {
    int64_t n;
};

struct key_id {
    int64_t n;
};

struct post_id {
    int64_t n;
};

struct document_id {
    int64_t n;
};

#endif
