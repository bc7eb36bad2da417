/*
 * file.h - every system call on files that can fail, behind one table.
 *
 * Tests replace entries of the table to make any call fail. The functions
 * below add what the bare calls lack: retries after EINTR, short reads and
 * writes, and the line of struct error that names path and cause.
 */
#ifndef IO_FILE_H
#define IO_FILE_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/types.h>

#include "common/base/buf.h"
#include "common/base/error.h"

struct file_calls {
    int (*open)(const char *path, int flags, mode_t mode);
    int (*close)(int fd);
    ssize_t (*read)(int fd, void *p, size_t n);
    ssize_t (*write)(int fd, const void *p, size_t n);
    int (*fsync)(int fd);
    int (*ftruncate)(int fd, off_t length);
    int (*fstat)(int fd, struct stat *st);
    int (*stat)(const char *path, struct stat *st);
    int (*lstat)(const char *path, struct stat *st); /* of a symbolic link itself */
    int (*dup)(int fd);                              /* closed when another program is started */
    int (*rename)(const char *from, const char *to);
    int (*unlink)(const char *path);
    int (*mkdir)(const char *path, mode_t mode);
    void *(*mmap)(void *at, size_t n, int prot, int flags, int fd, off_t offset);
    int (*munmap)(void *p, size_t n);
    DIR *(*opendir)(const char *path);
    struct dirent *(*readdir)(DIR *dir);
    int (*closedir)(DIR *dir);
    int (*lock)(int fd); /* exclusive open-file-description lock, not waiting */
};
extern struct file_calls file_calls;

/* Descriptors; -1 with the error set when the call fails, and errno ENOENT when
 * that is because the file does not exist. Files opened for reading must be
 * regular unless `any` is true: that is input, and a fifo is waited for until a signal
 * (interrupt.h) comes, which is BF_ERR_STOPPED. */
int file_open_read(const char *path, bool any, struct error *err);
/* To write, emptied: what somebody asked for by name; "-" is standard output, and a fifo is
 * waited for as above. */
int file_open_write(const char *path, struct error *err);
/* open(2) with errno: close-on-exec, and tried again when a signal interrupts it. */
int file_open(const char *path, int flags);
/* A new file: fails when the name exists, even as a symbolic link. */
int file_create(const char *path, struct error *err);

/* Reads up to n bytes; fewer only at the end of the file. */
int file_read(int fd, const char *path, void *p, size_t n, size_t *got, struct error *err);
int file_write(int fd, const char *path, const void *p, size_t n, struct error *err);
int file_empty(int fd, const char *path, struct error *err);
int file_sync(int fd, const char *path, struct error *err);
/* Closes; a close that reports an error is an error. */
int file_close(int fd, const char *path, struct error *err);

/* Renames a new file to a name that may be there; where that fails the new file is removed. */
int file_replace(const char *temp, const char *path, struct error *err);

/* fsync of a directory, so that the names in it are durable. */
int file_sync_directory(const char *path, struct error *err);

/* Reads a whole file or pipe, or standard input for "-", of at most `limit` bytes. */
int file_read_all(const char *path, size_t limit, struct buf *out, struct error *err);

/* "dir/name" in memory the caller frees. */
char *file_join(const char *dir, const char *name);

/* The directory that "a/b" and "a/b/" lie in: "a/"; "." for "b". The caller frees. */
char *file_parent(const char *path);

/* Opens descriptors 0, 1 and 2 on /dev/null where the caller closed them, so
 * that no file of an index can become "standard error". */
void file_open_standard(void);

#endif
