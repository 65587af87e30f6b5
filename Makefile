# make            build/almanac
# make test       unit tests and the fuzzers' corpus, on this build
# make asan tsan  build/asan/almanac, build/tsan/almanac
# B=DIR SAN=FLAGS another build of everything, beside the others
CC ?= cc
PG_CFLAGS := -I/usr/include/postgresql
PKGS = libevent libevent_openssl openssl sqlite3 libsodium zlib glib-2.0
CFLAGS ?= -O2 -g
B ?= build
ALL_CFLAGS = -std=gnu17 -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Werror -fno-omit-frame-pointer \
	-MMD -MP -Isrc -I$(B)/gen $(PG_CFLAGS) \
	$(shell pkg-config --cflags $(PKGS)) $(CFLAGS) $(SAN)
LDLIBS = $(shell pkg-config --libs $(PKGS)) -lpq -lpthread -lm

SRC = $(wildcard src/*/*.c)
LIB = $(patsubst %.c,$(B)/%.o,$(filter-out src/cmd/main.c,$(SRC))) \
	$(B)/gen/migrations.o $(B)/gen/assets.o
UNIT = $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/test_*.c))
FUZZ = $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))

all: $(B)/almanac

$(B)/almanac: $(B)/src/cmd/main.o $(LIB)
	$(CC) $(CFLAGS) $(SAN) -o $@ $^ $(LDFLAGS) $(LDLIBS)

$(B)/%.o: %.c
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -c -o $@ $<
$(B)/gen/%.o: $(B)/gen/%.c
	$(CC) $(ALL_CFLAGS) -c -o $@ $<

# What is embedded: the migrations, the pages and what they need.
EMBEDDED = $(wildcard pages/* static/*)
$(B)/gen/embed: tools/embed.c
	@mkdir -p $(@D)
	$(CC) -O1 -Wall -Wextra -Werror -o $@ $<
$(B)/gen/migrations.c: $(B)/gen/embed $(wildcard sql/*.sql)
	$< migrations $(sort $(wildcard sql/*.sql)) > $@
$(B)/gen/assets.c: $(B)/gen/embed $(EMBEDDED)
	$< assets $(sort $(EMBEDDED)) > $@

# An archive, so that a test links what it uses and no more.
$(B)/almanac.a: $(LIB)
	rm -f $@
	ar rcs $@ $^
$(B)/tests/%: tests/unit/%.c $(B)/almanac.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -Itests/unit -o $@ $< $(B)/almanac.a -lcmocka \
		$(LDFLAGS) $(LDLIBS)
$(B)/replay/%: tests/fuzz/%.c tests/fuzz/replay.c $(B)/almanac.a
	@mkdir -p $(@D)
	$(CC) $(ALL_CFLAGS) -o $@ $< tests/fuzz/replay.c $(B)/almanac.a \
		$(LDFLAGS) $(LDLIBS)

clean:
	rm -rf build

-include $(shell find $(B) -name '*.d' 2>/dev/null)
.PHONY: all clean
.SECONDARY:
