/*
 * measure.c - runs a command and says what it took: measure FILE COMMAND [ARG ...]
 *
 * Writes one line to FILE: seconds of wall time from before the fork to after
 * the exit, seconds of CPU time (user and system, of all its processes), peak
 * memory of the largest of them in KiB, and how many cores were busy with
 * something else meanwhile, which is 0.0 on a quiet machine. Ends as the command did.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static double seconds(struct timeval t)
{
    return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

/* CPU seconds of the whole machine since it started, 0 when that cannot be told. */
static double machine_cpu(void)
{
    unsigned long long user, nice, system, idle, iowait, irq, softirq;
    FILE *f = fopen("/proc/stat", "r");
    if (!f)
        return 0;
    int fields = fscanf(f, "cpu %llu %llu %llu %llu %llu %llu %llu", &user, &nice, &system, &idle,
                        &iowait, &irq, &softirq);
    fclose(f);
    if (fields != 7)
        return 0;
    return (double)(user + nice + system + irq + softirq) / (double)sysconf(_SC_CLK_TCK);
}

int main(int argc, char **argv)
{
    struct rusage used;
    int status;
    if (argc < 3) {
        fputs("usage: measure FILE COMMAND [ARG ...]\n", stderr);
        return 126;
    }
    double machine = machine_cpu(), started = now();
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[2], argv + 2);
        perror(argv[2]);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &used) != child) {
        perror("measure");
        return 126;
    }
    double wall = now() - started;
    double cpu = seconds(used.ru_utime) + seconds(used.ru_stime);
    double busy = (machine_cpu() - machine - cpu) / wall;
    FILE *f = fopen(argv[1], "w");
    if (!f ||
        fprintf(f, "%.6f %.6f %ld %.2f\n", wall, cpu, used.ru_maxrss, busy > 0 ? busy : 0) < 0 ||
        fclose(f)) {
        perror(argv[1]);
        return 126;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
