# make            build/almanac
# make deps       installs the Debian packages that all of this needs
# make install    almanac, its manual and its service unit, under
#                 $(DESTDIR)$(PREFIX)
# make test       unit tests and the fuzzers' corpus, on this build
# make asan tsan  build/asan/almanac, build/tsan/almanac
# make fuzz       a minute of each fuzzer (FUZZ_SECONDS=60)
# make bench      ratios, measured side by side (BENCH_SECONDS, BENCH_ROWS)
# make soak       the long loads: 200 rounds of kill -9, an hour of traffic
# make lengths    the longest files and functions
# make clean
#
# B=DIR SAN=FLAGS another build of everything, beside the others; Q= shows the
#                 commands
# ./check         all that must pass
CC ?= cc
PKGS = libevent libevent_openssl openssl sqlite3 libpq libsodium zlib glib-2.0 \
	hiredis yaml-0.1
PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
PKG_LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null)
CFLAGS ?= -O2 -g
B ?= build
Q = @
HARDEN = $(if $(SAN),,-fstack-protector-strong -D_FORTIFY_SOURCE=2)
ALL_CFLAGS = -std=gnu17 -D_GNU_SOURCE -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes \
	-Wmissing-prototypes -Wvla -Werror -fno-omit-frame-pointer \
	-MMD -MP -Isrc -I$(B)/gen $(PKG_CFLAGS) $(HARDEN) $(CFLAGS) $(SAN)
ALL_LDFLAGS = $(CFLAGS) $(SAN) -Wl,-z,relro,-z,now $(LDFLAGS)
LDLIBS = $(PKG_LIBS) -lpthread -lm
ADDRESS = -fsanitize=address,undefined -fno-sanitize-recover=undefined

SRC = $(wildcard src/*/*.c)
LIB = $(patsubst %.c,$(B)/%.o,$(filter-out src/cmd/main.c,$(SRC))) \
	$(B)/gen/migrations.o $(B)/gen/assets.o
UNIT = $(patsubst tests/unit/%.c,$(B)/tests/%,$(wildcard tests/unit/test_*.c))
FUZZ = $(patsubst tests/fuzz/%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
REPLAY = $(FUZZ:%=$(B)/replay/%)

all: $(B)/almanac

$(B)/almanac: $(B)/src/cmd/main.o $(B)/almanac.a
	@echo link $@
	$Q$(CC) $(ALL_LDFLAGS) -o $@ $^ $(LDLIBS)

$(B)/%.o: %.c $(B)/flags
	@mkdir -p $(@D); echo cc $<
	$Q$(CC) $(ALL_CFLAGS) -c -o $@ $<
$(B)/gen/%.o: $(B)/gen/%.c $(B)/flags
	@echo cc $<
	$Q$(CC) $(ALL_CFLAGS) -c -o $@ $<

# What is embedded: the migrations, the pages and what they need. Of what a
# browser loads beside a page there is a packed copy, too.
MIGRATIONS = $(sort $(wildcard sql/*.sql))
FETCHED = build/npm/uplot.js build/npm/uplot.css
LOADED = $(filter %.js %.css,$(sort $(wildcard static/*))) $(FETCHED)
PACKED = $(patsubst %,$(B)/gen/%.gz,$(notdir $(LOADED)))
EMBEDDED = $(sort $(wildcard pages/* static/*)) $(FETCHED) $(PACKED)
NAMED = $(sort $(wildcard pages/* static/*)) \
	$(foreach f,$(FETCHED) $(PACKED),static/$(notdir $f)=$f)
$(FETCHED) &: tools/uplot npm/package-lock.json
	@echo fetch uPlot
	$Qtools/uplot build/npm
$(B)/gen/%.gz: static/%
	@mkdir -p $(@D)
	$Qgzip -9nc $< > $@
$(B)/gen/%.gz: build/npm/%
	@mkdir -p $(@D)
	$Qgzip -9nc $< > $@
$(B)/gen/embed: tools/embed.c
	@mkdir -p $(@D); echo link $@
	$Q$(CC) -O1 -Wall -Wextra -Werror -o $@ $<
$(B)/gen/migrations.c: $(B)/gen/embed $(B)/migrations.list $(MIGRATIONS)
	$Q$< migrations $(MIGRATIONS) > $@
$(B)/gen/assets.c: $(B)/gen/embed $(B)/assets.list $(EMBEDDED)
	$Q$< assets $(NAMED) > $@

# An archive, so that a test links what it uses and no more.
$(B)/almanac.a: $(LIB) $(B)/objects.list
	@rm -f $@
	$Qar rcs $@ $(LIB)
$(B)/tests/%: tests/unit/%.c $(B)/almanac.a $(B)/flags
	@mkdir -p $(@D); echo link $@
	$Q$(CC) $(ALL_CFLAGS) -Itests/unit $(ALL_LDFLAGS) -o $@ $< \
		$(B)/almanac.a -lcmocka $(LDLIBS)
$(B)/replay/%: tests/fuzz/%.c tests/fuzz/replay.c $(B)/almanac.a $(B)/flags
	@mkdir -p $(@D); echo link $@
	$Q$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< tests/fuzz/replay.c \
		$(B)/almanac.a $(LDLIBS)
$(B)/fuzz/%: tests/fuzz/%.c $(B)/almanac.a $(B)/flags
	@mkdir -p $(@D); echo link $@
	$Q$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -fsanitize=fuzzer -o $@ $< \
		$(B)/almanac.a $(LDLIBS)

# A list that changes when what it lists does: a file that was taken away, or
# other flags, are a reason to build again.
define remember
ifneq ($$(strip $$(shell cat $(B)/$(1) 2>/dev/null)),$$(strip $(2)))
$(B)/$(1): FORCE
endif
$(B)/$(1):
	@mkdir -p $$(@D)
	@echo '$$(strip $(2))' > $$@
endef
$(eval $(call remember,flags,$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS)))
$(eval $(call remember,migrations.list,$(MIGRATIONS)))
$(eval $(call remember,assets.list,$(EMBEDDED)))
$(eval $(call remember,objects.list,$(LIB)))
FORCE:

tests: $(UNIT) $(REPLAY)
test: tests
	tools/unit-tests $(B)

asan:
	$(MAKE) B=build/asan SAN="$(ADDRESS)" all tests
tsan:
	$(MAKE) B=build/tsan SAN=-fsanitize=thread all tests

# Each starts from the corpus in the tree; what it finds stays under build/.
FUZZ_SECONDS = 60
fuzz:
	$(MAKE) B=build/fuzz CC=clang \
		SAN="-fsanitize=fuzzer-no-link $(ADDRESS)" run-fuzzers
run-fuzzers: $(FUZZ:%=run-%)
run-fuzz_%: $(B)/fuzz/fuzz_%
	@mkdir -p $(B)/corpus/$* $(B)/crashes tests/fuzz/corpus/$*
	$< -max_total_time=$(FUZZ_SECONDS) -timeout=10 -rss_limit_mb=1024 \
		-print_final_stats=1 -verbosity=0 \
		-artifact_prefix=$(B)/crashes/$*- \
		$(B)/corpus/$* tests/fuzz/corpus/$*

bench: all $(B)/bench/evhttp_bare
	bench/run $(B)
$(B)/bench/%: bench/%.c $(B)/flags
	@mkdir -p $(@D); echo link $@
	$Q$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) -o $@ $< $(LDLIBS)

soak: all
	tools/soak $(B)
lengths:
	@tools/lengths
deps:
	tools/deps

PREFIX = /usr/local
DOC = $(DESTDIR)$(PREFIX)/share/doc/almanac
install: all
	install -D -m 755 $(B)/almanac $(DESTDIR)$(PREFIX)/bin/almanac
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man1 man/*.1
	install -D -m 644 -t $(DESTDIR)$(PREFIX)/share/man/man5 man/*.5
	install -D -m 644 etc/almanac.conf $(DOC)/examples/almanac.conf
	install -D -m 644 etc/almanac.sysusers \
		$(DESTDIR)$(PREFIX)/lib/sysusers.d/almanac.conf
	install -d $(DESTDIR)$(PREFIX)/lib/systemd/system
	sed 's|/usr/local|$(PREFIX)|' etc/almanac.service \
		> $(DESTDIR)$(PREFIX)/lib/systemd/system/almanac.service

help:
	@sed -n '/^#/!q; s/^# \{0,1\}//p' Makefile
clean:
	rm -rf build

-include $(LIB:.o=.d) $(B)/src/cmd/main.d \
	$(wildcard $(B)/tests/*.d $(B)/replay/*.d $(B)/fuzz/*.d $(B)/bench/*.d)
.PHONY: all deps install tests test asan tsan fuzz run-fuzzers bench soak \
	lengths help clean FORCE
.SECONDARY:
.DELETE_ON_ERROR:
