/* replay.c -- runs a fuzzer's function once for every file that is named, or
 * is in a folder that is named, and says how many there were. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void fail(const char *path)
{
    perror(path);
    exit(1);
}

/* The memory ends where the file does, so that a read beyond is noticed. */
static void replay_file(const char *path, size_t n)
{
    FILE *f = fopen(path, "rb");
    uint8_t *data = malloc(n > 0 ? n : 1);

    if (!f || !data || fread(data, 1, n, f) != n)
        fail(path);
    fclose(f);
    LLVMFuzzerTestOneInput(data, n);
    free(data);
}

static int replay(const char *path);

static int replay_folder(const char *path)
{
    DIR *d = opendir(path);
    struct dirent *e;
    char inside[4096];
    int count = 0;

    if (!d)
        fail(path);
    while ((e = readdir(d))) {
        if (e->d_name[0] == '.')
            continue;
        snprintf(inside, sizeof inside, "%s/%s", path, e->d_name);
        count += replay(inside);
    }
    closedir(d);
    return count;
}

static int replay(const char *path)
{
    struct stat st;

    if (stat(path, &st) != 0)
        fail(path);
    if (S_ISDIR(st.st_mode))
        return replay_folder(path);
    replay_file(path, (size_t)st.st_size);
    return 1;
}

int main(int argc, char **argv)
{
    int count = 0;

    for (int i = 1; i < argc; i++)
        count += replay(argv[i]);
    printf("%d inputs\n", count);
    return 0;
}
