/* cmd.h -- the commands. Each has its own argc and argv (argv[0] is its name)
 * and its own file. Exit status: 0 done, 1 failed, 2 wrong use. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

typedef int command(int argc, char **argv);

command serve_cmd, init_db_cmd, check_db_cmd, user_cmd, channel_cmd, key_cmd,
    device_cmd, import_cmd, export_cmd, config_cmd,
    mapper_cmd;

enum { CMD_DONE = 0, CMD_FAILED = 1, CMD_USE = 2 };

#endif
