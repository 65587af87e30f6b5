/* refusal.h -- what this layer answers by itself, before anybody else has seen
 * the request. Each is a sentence of plain text, and the connection closes. */
#ifndef HTTP_REFUSAL_H
#define HTTP_REFUSAL_H

#define REFUSALS(X)                                                           \
    X(REFUSE_LINE, 400, "The request line cannot be read.")                   \
    X(REFUSE_HEADER, 400, "A header line cannot be read.")                    \
    X(REFUSE_FRAMING, 400, "Where the body ends is not clear.")               \
    X(REFUSE_SLOW, 408, "The request took too long to arrive.")               \
    X(REFUSE_BODY, 413, "The body is larger than this server accepts.")       \
    X(REFUSE_ENCODING, 415, "Only gzip and deflate are understood.")          \
    X(REFUSE_EXPECT, 417, "Only 100-continue can be expected here.")          \
    X(REFUSE_HEAD, 431, "The request line and headers are too long.")         \
    X(REFUSE_METHOD, 501, "This method is not known here.")                   \
    X(REFUSE_FULL, 503, "Too much is arriving at the moment; try again soon.")\
    X(REFUSE_VERSION, 505, "Only HTTP/1.0 and HTTP/1.1 are spoken here.")

#define X(name, status, words) name,
enum refusal { REFUSE_NOT, REFUSALS(X) };
#undef X

int refusal_status(enum refusal r);
const char *refusal_words(enum refusal r);

#endif
