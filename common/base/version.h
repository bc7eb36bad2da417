/* version.h - the program's version. */
#ifndef VERSION_H
#define VERSION_H

#define BACKFILE_VERSION "0.1.0"

#endif
