/* embed.c -- turns files into C: what the program carries inside itself.
 *
 *     embed migrations sql/0001-init.sql ...   for db/migrate.h
 *     embed assets pages/home.html ...         for web/asset.h
 *
 * An asset may be called otherwise than its file: static/a.js=build/b.js
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

static long bytes(const char *path)
{
    FILE *f = fopen(path, "rb");
    long n = 0;
    int c;

    if (!f) {
        perror(path);
        exit(1);
    }
    for (; (c = getc(f)) != EOF; n++)
        printf("%d,%s", c, n % 24 == 23 ? "\n" : "");
    printf("0\n");
    fclose(f);
    return n;
}

static void migrations(int n, char **path)
{
    puts("#include \"db/migrate.h\"\n");
    for (int i = 0; i < n; i++) {
        printf("static const unsigned char text%d[] = {\n", i);
        bytes(path[i]);
        puts("};");
    }
    puts("const struct migration migrations[] = {");
    for (int i = 0; i < n; i++)
        printf("    { %ld, \"%s\", (const char *)text%d },\n",
               strtol(base_name(path[i]), NULL, 10), base_name(path[i]), i);
    puts("    { 0, 0, 0 }\n};");
}

/* Cuts NAME=PATH; what has no '=' is both. */
static const char *path_of(char *name)
{
    char *equals = strchr(name, '=');

    if (!equals)
        return name;
    *equals = '\0';
    return equals + 1;
}

static void assets(int n, char **name)
{
    long *size = calloc((size_t)n + 1, sizeof *size);

    if (!size)
        exit(1);
    puts("#include \"web/asset.h\"\n");
    for (int i = 0; i < n; i++) {
        printf("static const unsigned char bytes%d[] = {\n", i);
        size[i] = bytes(path_of(name[i]));
        puts("};");
    }
    puts("const struct asset assets[] = {");
    for (int i = 0; i < n; i++)
        printf("    { \"%s\", { (const char *)bytes%d, %ld } },\n", name[i], i, size[i]);
    puts("    { 0, { 0, 0 } }\n};");
    free(size);
}

int main(int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "migrations") == 0)
        migrations(argc - 2, argv + 2);
    else if (argc >= 2 && strcmp(argv[1], "assets") == 0)
        assets(argc - 2, argv + 2);
    else
        return 2;
    return 0;
}
