/* writer.h -- the one thread that changes the database.
 *
 * Whoever wants a change hands in a job. The writer takes every job that is
 * waiting, does them in one transaction, commits once, and only then tells
 * each of them how it went. While it commits, the next group gathers: an idle
 * server commits at once, a busy one in larger groups, and there is no delay
 * to tune.
 *
 * Promise: done() is never called with OK before the change is on disk.
 *
 * A group that fails is rolled back and its jobs are tried one by one, so a
 * bad job cannot sink its neighbours. do_it() may therefore run twice and must
 * keep no trace of the first time.
 */
#ifndef CORE_WRITER_H
#define CORE_WRITER_H

#include "base/result.h"

struct db;
struct metrics;
struct writer;

struct job {
    enum result (*do_it)(struct db *db, struct job *job);
    void (*done)(struct job *job, enum result rc); /* on the writer's thread */
    struct job *next;
    enum result rc;
};

/* Takes over db. */
struct writer *writer_start(struct db *db, struct metrics *m);

/* Finishes what was handed in, then closes the database. */
void writer_stop(struct writer *w);

/* Any thread. The job stays the caller's, who may not touch it until done. */
void writer_submit(struct writer *w, struct job *job);

/* The same, and wait: for worker threads. done is not used. */
MUST_USE enum result writer_do(struct writer *w, struct job *job);

/* A job's work on a database of one's own, in a transaction: for the command
 * line, which has no writer. */
MUST_USE enum result writer_do_alone(struct db *db, struct job *job);

#endif
