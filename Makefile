# khatma: builds common/ into one library, each cgi-bin/<group>.c into one
# FastCGI program, each jobs/*.c into one program that works by itself, and each
# t/unit-*.c into one test program.
#
#	make                            the programs, in build/bin
#	make run, make stop             the whole service on 127.0.0.1:$(PORT)
#	make check                      all tests, in a state of their own
#	make check SANITIZE=address,undefined
#	make drills                     faults under load, the long form
#	make bench                      how fast it is, beside what could be
#	make cover                      how much of the sources they run
#	make lint, make valgrind, make fuzz, make demo, make install, make clean
#
# On a fresh machine "make deps" (or "make run", "make check") installs the
# packages that the rest needs.

# Settings that are given on the command line.
PORT	?= 8087
VAR	?= var
SCALE	?= 1
PREFIX	?= /usr/local
DESTDIR	?=
SANITIZE ?=
ifeq ($(SANITIZE),)
BUILD	?= build
else
BUILD	?= build-san
endif

GROUPS	:= auth users khatmas sessions stats achievements notifications \
	   dashboard health
SCRIPTS	:= spawn.sh .ci/run $(wildcard spawn/*.sh scripts/*.sh t/*.sh t/*/*.sh \
	   t/*/*/*.sh)

# --- Compiler and libraries --------------------------------------------------

PKGS	:= libmariadb libcjson libjwt libcrypto libutf8proc libargon2 \
	   libseccomp libcurl
# As system headers, so that our warnings do not judge other people's code.
PKG_CFLAGS := $(patsubst -I%,-isystem %,\
	      $(shell pkg-config --cflags $(PKGS) 2>/dev/null))
PKG_LIBS := $(shell pkg-config --libs $(PKGS) 2>/dev/null)

# $(call accepted,flag...): those that this compiler and processor know.
accepted = $(foreach f,$1,$(shell $(CC) -Werror $f -c -x c /dev/null \
	   -o /dev/null >/dev/null 2>&1 && echo $f))
# The strictest check of buffers that the C library has for this compiler: it
# warns of a level that it does not know.
fortify = $(if $(shell $(CC) -Werror -O2 -D_FORTIFY_SOURCE=3 \
	  -include string.h -c -x c /dev/null -o /dev/null 2>/dev/null && \
	  echo yes),3,2)

WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion \
	    -Wstrict-prototypes -Wmissing-prototypes -Wcast-qual -Wvla \
	    -Wswitch-enum -Wwrite-strings -Wformat=2 -Werror
# Tables of SQL are strings in a row, which clang takes for missing commas.
WARNINGS += $(call accepted,-Wno-string-concatenation)
HARDENING := -fstack-protector-strong -fPIE \
	     $(call accepted,-fstack-clash-protection -fcf-protection \
	     -ftrivial-auto-var-init=zero)
ifeq ($(SANITIZE),)
HARDENING += -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=$(fortify)
else
HARDENING += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all \
	     -fno-omit-frame-pointer
endif

CFLAGS	?= -O2 -g
# -iquote and never -I: our common/time.h must not hide the system's <time.h>.
ALL_CFLAGS = -std=c11 -D_GNU_SOURCE $(CFLAGS) $(WARNINGS) $(HARDENING) \
	     -iquote . -iquote $(BUILD) $(PKG_CFLAGS)
ALL_LDFLAGS = $(HARDENING) -pie -Wl,-z,relro,-z,now -Wl,-z,noexecstack \
	      -Wl,-z,separate-code -Wl,--as-needed $(LDFLAGS)
LIBS	= -lfcgi $(PKG_LIBS)

# Show what is made, or with V=1 how.
ifeq ($(V),)
Q	:= @
shown	= @echo '  $1'
endif

# --- What is built from what -------------------------------------------------

LIB	:= $(BUILD)/libkhatma.a
LIB_SRC	:= $(wildcard common/*.c common/model/*.c)
LIB_OBJ	:= $(LIB_SRC:%.c=$(BUILD)/%.o)
# Only groups that exist, so that a half-written tree still builds.
BINS	:= $(patsubst %,$(BUILD)/bin/%,\
	   $(filter $(GROUPS),$(patsubst cgi-bin/%.c,%,$(wildcard cgi-bin/*.c))))
PROGS	:= $(patsubst jobs/%.c,$(BUILD)/bin/%,$(wildcard jobs/*.c))
UNITS	:= $(patsubst t/%.c,$(BUILD)/t/%,$(wildcard t/unit-*.c))
# Programs that tests put in the place of a worker.
WORKERS	:= $(patsubst t/%.c,$(BUILD)/t/%,$(wildcard t/worker-*.c))
# What plays the readers in drills.
LOAD	:= $(BUILD)/t/load/load
LOAD_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(wildcard t/load/*.c))
# What "make bench" holds the service against.
CEILINGS := $(patsubst %,$(BUILD)/t/bench/ceiling/%,constant hash raw)
CEILING_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(wildcard t/bench/ceiling/*.c))
# What makes the data that benches measure.
SEED	:= $(BUILD)/t/bench/seed/seed
SEED_OBJ := $(patsubst %.c,$(BUILD)/%.o,$(wildcard t/bench/seed/*.c))
# What single things cost a worker.
MICRO	:= $(BUILD)/t/bench/micro
OBJ	:= $(LIB_OBJ) $(BINS:$(BUILD)/bin/%=$(BUILD)/cgi-bin/%.o) \
	   $(PROGS:$(BUILD)/bin/%=$(BUILD)/jobs/%.o) \
	   $(UNITS:%=%.o) $(WORKERS:%=%.o) $(MICRO:%=%.o) $(LOAD_OBJ) \
	   $(CEILING_OBJ) $(SEED_OBJ)
DIRS	:= $(sort $(dir $(OBJ)) $(BUILD)/bin/)

.DEFAULT_GOAL := all
include t/fuzz/fuzz.mk

.PHONY: all units deps run stop status demo check test drills bench cover lint valgrind fuzz \
	install clean FORCE
.DELETE_ON_ERROR:
.SECONDARY:

all: $(LIB) $(BINS) $(PROGS)
	@:

units: $(UNITS) $(WORKERS) $(MICRO) $(LOAD) $(CEILINGS) $(SEED)
	@:

$(BUILD)/bin/%: $(BUILD)/cgi-bin/%.o $(LIB) | $(DIRS)
	$(call shown,LD $@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@.new $< $(LIB) $(LIBS)
	@mv -f $@.new $@	# a rename: the old file may be running

$(PROGS): $(BUILD)/bin/%: $(BUILD)/jobs/%.o $(LIB) | $(DIRS)
	$(call shown,LD $@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@.new $< $(LIB) $(LIBS)
	@mv -f $@.new $@

$(UNITS) $(WORKERS) $(MICRO): %: %.o $(LIB) | $(DIRS)
	$(call shown,LD $@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $< $(LIB) $(LIBS)

$(LOAD): $(LOAD_OBJ) | $(DIRS)
	$(call shown,LD $@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(LOAD_OBJ) $(LIBS) -lm -pthread

$(CEILINGS): %: %.o $(LIB) | $(DIRS)
	$(call shown,LD $@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) $(LIB) $(LIBS) -pthread

CEILING	:= $(BUILD)/t/bench/ceiling
$(CEILING)/hash $(CEILING)/raw: $(CEILING)/run.o
$(CEILING)/raw: $(CEILING)/script.o

$(SEED): $(SEED_OBJ) $(LIB) | $(DIRS)
	$(call shown,LD $@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ $(SEED_OBJ) $(LIB) $(LIBS)

$(LIB): $(LIB_OBJ)
	@rm -f $@		# or objects of removed sources would stay in it
	$(call shown,AR $@)
	$(Q)$(AR) rcs $@ $(LIB_OBJ)

$(BUILD)/%.o: %.c $(BUILD)/flags | $(DIRS)
	$(call shown,CC $@)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

-include $(OBJ:.o=.d)

# Data that is compiled in. Sorted bytewise, as strcmp(3) compares.
$(BUILD)/common/passwd.o: $(BUILD)/common_passwords.inc
$(BUILD)/common/model/quran.o: $(BUILD)/juz.inc

$(BUILD)/common_passwords.inc: data/common-passwords.txt | $(DIRS)
	$(call shown,GEN $@)
	$(Q)LC_ALL=C sort -u $< | \
	    sed -e '/^$$/d' -e 's/[\\"]/\\&/g' -e 's/.*/"&",/' >$@

$(BUILD)/juz.inc: data/juz.tsv scripts/juz.awk | $(DIRS)
	$(call shown,GEN $@)
	$(Q)awk -f scripts/juz.awk $< >$@

$(DIRS):
	@mkdir -p $@

# Rewritten only when compiler, flags or libraries changed: then all is rebuilt.
$(BUILD)/flags: FORCE | $(DIRS)
	@pkg-config --exists $(PKGS) || { \
	    echo 'make: libraries are missing, "make deps" installs them' >&2; \
	    exit 1; }
	@echo '$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(LIBS)' | \
	    cmp -s - $@ || \
	    echo '$(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(LIBS)' >$@

# --- Running -----------------------------------------------------------------

deps:
	@scripts/deps.sh

# The packages come first, and make reads what pkg-config says about them when
# it starts: hence a second make. It takes all processors, unless -j was given.
AGAIN	= $(MAKE) --no-print-directory \
	  $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

run:
	@scripts/deps.sh
	@+$(AGAIN) all
	@$(if $(SANITIZE),SANDBOX=off) VAR='$(VAR)' BUILD='$(BUILD)' \
	    LISTEN='127.0.0.1:$(PORT)' scripts/stack.sh up
	@echo
	@echo 'khatma answers on http://127.0.0.1:$(PORT)/api/. Try next:'
	@echo
	@echo "  curl http://127.0.0.1:$(PORT)/api/signup/ \\"
	@echo "      -H 'Content-Type: application/json' \\"
	@echo "      -d '{\"fullname\": \"Ali Ahmed\"," \
	    "\"email\": \"ali@example.com\"," \
	    "\"password\": \"StrongPass123\"}'"
	@echo '  make demo     a group reads a whole khatma before your eyes'
	@echo '  make status   who runs;  $(VAR)/log says what they do'
	@echo '  make stop     stops it; the data stays in $(VAR)'

stop:
	@VAR='$(VAR)' BUILD='$(BUILD)' scripts/stack.sh down

status:
	@VAR='$(VAR)' BUILD='$(BUILD)' scripts/stack.sh status

demo:
	@scripts/demo.sh http://127.0.0.1:$(PORT)/api

# --- Testing -----------------------------------------------------------------

check:
	@scripts/deps.sh test
	@+$(AGAIN) all units
	@BUILD='$(BUILD)' SANITIZE='$(SANITIZE)' sh t/run.sh $(TESTS)

test: check

# One after the other, for they measure.
drills:
	@scripts/deps.sh test
	@+$(AGAIN) all units
	@BUILD='$(BUILD)' t/drills.sh $(DRILLS)

# 10^5 users at SCALE=1. t/bench/bench.sh says what else it takes.
bench:
	@scripts/deps.sh bench
	@+$(AGAIN) all units
	@BUILD='$(BUILD)' SCALE='$(SCALE)' t/bench/bench.sh

# Not those that look at the sandbox and at how a real build is made, and not
# those that build for themselves what they run.
COVER_TESTS = $(UNITS:$(BUILD)/%=build-cov/%) \
	      $(filter-out t/087% t/10%,$(wildcard t/[0-9]*.sh))

# Without the sandbox, in which no worker could write its counts when it ends. The
# torture test counts memory by AddressSanitizer, which it is only linked with.
cover:
	@scripts/deps.sh test cover
	@+$(AGAIN) BUILD=build-cov CFLAGS='-O0 -g --coverage' \
	    LDFLAGS=--coverage HARDENING=-fPIE all units
	@+$(AGAIN) BUILD=build-cov/torture HARDENING=-fPIE \
	    CFLAGS='-O0 -g --coverage -idirafter '$$(clang \
	    -print-resource-dir)/include LDFLAGS='--coverage -fsanitize=address' \
	    build-cov/torture/fuzz/torture
	@find build-cov -name '*.gcda' -exec rm -f {} +
	@build-cov/torture/fuzz/torture t/fuzz/seeds/request/* >/dev/null 2>&1 || \
	    echo "cover: the torture test fails, see t/1010-torture.sh"
	@BUILD=build-cov SANDBOX=off KHATMA_SANDBOX=off sh t/run.sh \
	    $(COVER_TESTS); tests=$$?; \
	    scripts/cover.sh build-cov && exit $$tests

lint:
	@scripts/deps.sh lint
	shellcheck $(SCRIPTS)
	scripts/funclen.sh
	# It does not see that a broken promise of t/fuzz ends the program.
	cppcheck --quiet --std=c11 --enable=warning,performance,portability \
	    -i t/fuzz --inline-suppr --suppress=missingIncludeSystem \
	    --suppress=ctuuninitvar --error-exitcode=1 \
	    -D_GNU_SOURCE -I . common cgi-bin jobs t
	@+$(AGAIN) $(BUILD)/juz.inc $(BUILD)/common_passwords.inc
	# One file at a time: over several its va_list check sees ghosts. Clang 14
	# refuses the option that is left out.
	printf '%s\n' $(wildcard common/*.c common/model/*.c cgi-bin/*.c \
	    jobs/*.c t/unit-*.c t/worker-*.c) | \
	    xargs -P 2 -I{} clang-tidy --quiet {} -- \
	    $(filter-out -ftrivial-auto-var-init=%,$(ALL_CFLAGS))

valgrind:
	@scripts/deps.sh lint
	@+$(AGAIN) all units
	@for unit in $(UNITS); do \
	    echo "$$unit"; \
	    valgrind --quiet --error-exitcode=1 --leak-check=full \
		--errors-for-leak-kinds=definite "$$unit" >/dev/null || exit 1; \
	done
	@BUILD='$(BUILD)' VALGRIND=1 sh t/run.sh $(TESTS)

fuzz:
	@scripts/deps.sh fuzz
	@+$(AGAIN) fuzz-build
	@BUILD='$(FUZZ_BUILD)' FUZZ_SECONDS='$(FUZZ_SECONDS)' \
	    ENGINE='$(ENGINE)' sh t/fuzz/run.sh $(FUZZ_TARGETS)

# --- Installing --------------------------------------------------------------

LIBDIR	= $(DESTDIR)$(PREFIX)/lib/khatma/bin
SBINDIR	= $(DESTDIR)$(PREFIX)/sbin
SHAREDIR = $(DESTDIR)$(PREFIX)/share/khatma
UNITDIR	= $(DESTDIR)$(PREFIX)/lib/systemd/system

# install(1) makes a new file, so workers that run the old one go on with it
# until "khatma-spawn reload".
install: all
	install -d $(LIBDIR) $(SBINDIR) $(SHAREDIR)/migrations $(SHAREDIR)/spawn
	install -m 755 $(BINS) $(PROGS) $(LIBDIR)
	install -m 644 $(wildcard spawn/*.sh) $(SHAREDIR)/spawn
	install -m 755 spawn.sh $(SBINDIR)/khatma-spawn
	install -m 644 schema.sql t/fsck.sql nginx.conf.example $(SHAREDIR)
	install -m 644 $(wildcard migrations/*.sql) $(SHAREDIR)/migrations
	cd systemd && for file in khatma.target khatma-mail.service khatma@.* \
	    khatma@*.d/*; do \
	    sed 's|@BIN@|$(PREFIX)/lib/khatma/bin|' "$$file" | \
	    install -D -m 644 /dev/stdin "$(UNITDIR)/$$file" || exit 1; \
	done

clean:
	rm -rf build build-san build-cov build-fuzz build-afl
