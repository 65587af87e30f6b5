/* result.h -- what can become of anything we try to do.
 *
 * The list is closed. A function that can fail returns one of these and
 * nothing else; the particulars go to the log, written by the function that
 * knows them. Only web/answer.c turns a result into an HTTP status.
 */
#ifndef BASE_RESULT_H
#define BASE_RESULT_H

#define RESULTS(X)                                                   \
    X(OK,           "done")                                          \
    X(LATER,        "accepted; the answer will follow")              \
    X(ERR_INVALID,  "the request does not make sense")               \
    X(ERR_STRANGER, "nobody is signed in")                           \
    X(ERR_DENIED,   "not allowed")                                   \
    X(ERR_MISSING,  "no such thing")                                 \
    X(ERR_METHOD,   "not with this method")                          \
    X(ERR_CONFLICT, "already taken")                                 \
    X(ERR_TOO_BIG,  "more than we accept")                           \
    X(ERR_GARBLED,  "the text is not valid UTF-8")                   \
    X(ERR_TOO_SOON, "slow down")                                     \
    X(ERR_BUSY,     "try again shortly")                             \
    X(ERR_FAILED,   "the server could not do it")

#define X(name, words) name,
enum result { RESULTS(X) RESULT_COUNT };
#undef X

const char *result_words(enum result rc);

#define MUST_USE __attribute__((warn_unused_result))

#endif
