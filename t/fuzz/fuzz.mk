# The fuzz targets and the torture test: included by the Makefile, which builds
# everything in $(BUILD) with the compiler and the sanitizers that it is given.
#
#	make fuzz			each target for FUZZ_SECONDS
#	make fuzz FUZZ_TARGETS=json	one
#	make fuzz ENGINE=afl		by AFL++, in build-afl

FUZZ_NAMES := json field path token utf8 email request fastcgi
FUZZ_TARGETS ?= $(FUZZ_NAMES)
FUZZ_SECONDS ?= 3600
FUZZ_BINS := $(FUZZ_NAMES:%=$(BUILD)/fuzz/%)
FUZZ_LINK ?= -fsanitize=fuzzer

# What stands in for the world around a worker.
CALM	:= broken calm mysql bind script rows columns schema
CALM_OBJ := $(CALM:%=$(BUILD)/t/fuzz/%.o)
WORKER	:= worker oracle text
WORKER_OBJ := $(CALM_OBJ) $(WORKER:%=$(BUILD)/t/fuzz/%.o) \
	   $(GROUPS:%=$(BUILD)/t/fuzz/main_%.o)
wrap	= $(foreach f,$1,-Wl,--wrap=$f)
CALM_WRAP := $(call wrap,time_now time_monotonic nanosleep RAND_bytes \
	   EVP_KDF_fetch argon2id_ctx write)
WORKER_WRAP := $(CALM_WRAP) $(call wrap,serve getenv fread fwrite FCGX_IsCGI)

TORTURE_WRAP := $(WORKER_WRAP) $(call wrap,sleep jwt_new jwt_decode \
	   jwt_add_grant jwt_add_grant_int jwt_add_header jwt_set_alg \
	   jwt_encode_str jwt_get_headers_json jwt_get_grants_json)

DIRS	+= $(BUILD)/t/fuzz/ $(BUILD)/fuzz/

.PHONY: fuzz-build fuzz-bins

fuzz-bins: $(FUZZ_BINS)
	@:

$(FUZZ_BINS): $(BUILD)/t/fuzz/broken.o
$(BUILD)/fuzz/request: $(WORKER_OBJ)
$(BUILD)/fuzz/request: FUZZ_WRAP := $(WORKER_WRAP)
$(BUILD)/fuzz/fastcgi: $(WORKER_OBJ) $(BUILD)/t/fuzz/fcgi.o
$(BUILD)/fuzz/fastcgi: FUZZ_WRAP := $(WORKER_WRAP) \
    $(call wrap,epoll_ctl epoll_pwait)

$(BUILD)/fuzz/torture: $(BUILD)/t/fuzz/torture.o $(BUILD)/t/fuzz/alloc.o \
    $(BUILD)/t/fuzz/alloc_jwt.o $(WORKER_OBJ) $(LIB) | $(DIRS)
	$(call shown,LD $@)
	$(Q)$(CC) $(ALL_LDFLAGS) $(TORTURE_WRAP) -rdynamic -o $@ \
	    $(sort $(filter %.o,$^)) $(LIB) $(LIBS)

$(FUZZ_BINS): $(BUILD)/fuzz/%: $(BUILD)/t/fuzz/fuzz-%.o $(LIB) | $(DIRS)
	$(call shown,LD $@)
	$(Q)$(CC) $(ALL_LDFLAGS) $(FUZZ_LINK) $(FUZZ_WRAP) -o $@ \
	    $(sort $(filter %.o,$^)) $(LIB) $(LIBS)

# A program as a function of its own name.
$(BUILD)/t/fuzz/main_%.o: cgi-bin/%.c $(BUILD)/flags | $(DIRS)
	$(call shown,CC $@)
	$(Q)$(CC) $(ALL_CFLAGS) -Wno-missing-prototypes -Dmain=main_$* \
	    -MMD -MP -c -o $@ $<

$(BUILD)/t/fuzz/schema.o: $(BUILD)/schema.inc

$(BUILD)/schema.inc: schema.sql | $(DIRS)
	$(call shown,GEN $@)
	$(Q)sed -e 's/[\\"]/\\&/g' -e 's/	/\\t/g' -e 's/.*/"&",/' $< >$@

-include $(wildcard $(BUILD)/t/fuzz/*.d)

# Everything again with a compiler and sanitizers for it, in its own folder.
ENGINE	?= libfuzzer
ifeq ($(ENGINE),afl)
FUZZ_BUILD := build-afl
FUZZ_MAKE = $(MAKE) --no-print-directory CC=afl-clang-fast \
	   BUILD=$(FUZZ_BUILD) SANITIZE=address,undefined CFLAGS='-O1 -g'
else
FUZZ_BUILD := build-fuzz
FUZZ_ALSO := $(FUZZ_BUILD)/fuzz/torture
FUZZ_MAKE = $(MAKE) --no-print-directory CC=clang BUILD=$(FUZZ_BUILD) \
	   SANITIZE=address,undefined,fuzzer-no-link CFLAGS='-O1 -g'
endif

fuzz-build:
	@+$(FUZZ_MAKE) fuzz-bins $(FUZZ_ALSO)
