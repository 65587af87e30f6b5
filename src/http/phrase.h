/* phrase.h -- the words of a status line. Source: RFC 9110, section 15. */
#ifndef HTTP_PHRASE_H
#define HTTP_PHRASE_H

const char *phrase_of(int status);

#endif
