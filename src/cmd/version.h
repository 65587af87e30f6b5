/* version.h -- what "almanac --version" says. */
#ifndef CMD_VERSION_H
#define CMD_VERSION_H

#define ALMANAC_VERSION "0.1.0"

#endif
