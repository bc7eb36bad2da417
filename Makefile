# Makefile - builds build/backfile-index and build/backfile-query.
#
#   make                 both programs
#   make test            every test (cmocka needed)
#   make install         PREFIX=/usr/local DESTDIR=
#   make uninstall       removes what install put there
#   make check-style     what the developers' check adds: layers, headers, -Werror
#   make fuzz            libFuzzer targets in build/fuzz: tests/fuzz/README.md
#   make formats         counts of the developers' sample collections
#   make bench           figures, as tests/bench/README.md says
#   make quality         how good the answers are: tests/quality/README.md
#   make torture         the long tests of crashes and damage: tests/torture/README.md
#   make coverage        branches of the files that must be right: tests/torture/README.md
#   make SANITIZE=address,undefined BUILD=build/asan test

CC       ?= cc
BUILD    ?= build
PREFIX   ?= /usr/local
DESTDIR  ?=
SANITIZE ?=

PKG_CONFIG ?= pkg-config
JSON_CFLAGS := $(shell $(PKG_CONFIG) --cflags json-c 2>/dev/null)
JSON_LIBS   := $(shell $(PKG_CONFIG) --libs json-c 2>/dev/null || echo -ljson-c)

EXPAT_CFLAGS := $(shell $(PKG_CONFIG) --cflags expat 2>/dev/null)
EXPAT_LIBS   := $(shell $(PKG_CONFIG) --libs expat 2>/dev/null || echo -lexpat)

# libdeflate is faster at the same format; zlib alone is enough.
ifeq ($(shell $(PKG_CONFIG) --exists libdeflate 2>/dev/null && echo yes),yes)
DEFLATE_CFLAGS := -DHAVE_LIBDEFLATE $(shell $(PKG_CONFIG) --cflags libdeflate)
DEFLATE_LIBS   := $(shell $(PKG_CONFIG) --libs libdeflate)
endif

# The dictionaries of Thai, Lao, Khmer and Burmese; loaded when one is needed.
ifeq ($(shell $(PKG_CONFIG) --exists icu-uc 2>/dev/null && echo yes),yes)
ICU_CFLAGS := -DHAVE_ICU $(shell $(PKG_CONFIG) --cflags icu-uc)
endif

# For the tests only: an oracle for the scanner of HTML.
ifeq ($(shell $(PKG_CONFIG) --exists gumbo 2>/dev/null && echo yes),yes)
GUMBO_CFLAGS := -DHAVE_GUMBO $(shell $(PKG_CONFIG) --cflags gumbo)
GUMBO_LIBS   := $(shell $(PKG_CONFIG) --libs gumbo)
endif

# Reads tar, zip, xz, zstd and bzip2; without it those files are refused by name.
ifeq ($(shell $(PKG_CONFIG) --exists libarchive 2>/dev/null && echo yes),yes)
ARCHIVE_CFLAGS := -DHAVE_LIBARCHIVE $(shell $(PKG_CONFIG) --cflags libarchive)
ARCHIVE_LIBS   := $(shell $(PKG_CONFIG) --libs libarchive)
endif

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes \
  -Wold-style-definition -Wwrite-strings -Wvla -Wundef -Wpointer-arith -Wformat=2 -Wcast-qual
# -ffp-contract=off: a score is the same on every machine and in every code path.
# -fno-math-errno: rounding is one instruction.
CFLAGS   ?= -O2 -g
BASE_CFLAGS := -std=c11 -D_GNU_SOURCE -I. -pthread -ffp-contract=off -fno-math-errno $(WARNINGS) \
  $(ARCHIVE_CFLAGS) $(DEFLATE_CFLAGS) $(ICU_CFLAGS) $(JSON_CFLAGS) $(EXPAT_CFLAGS)
LIBS := $(ARCHIVE_LIBS) $(DEFLATE_LIBS) $(JSON_LIBS) $(EXPAT_LIBS) -lstemmer -lz -lm -pthread
ifneq ($(SANITIZE),)
BASE_CFLAGS += -fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer
endif

COMMON_SRC  := $(sort $(wildcard common/*/*.c))
INDEXER_SRC := $(filter-out indexer/main.c,$(sort $(wildcard indexer/*.c indexer/archive/*.c)))
QUERY_SRC   := $(filter-out query/main.c,$(sort $(wildcard query/*.c)))
UNIT_SRC    := $(sort $(wildcard tests/unit/test_*.c))
SUPPORT_SRC := $(filter-out $(UNIT_SRC),$(sort $(wildcard tests/unit/*.c)))
FUZZ_MAINS  := tests/fuzz/libfuzzer.c tests/fuzz/replay.c tests/fuzz/seeds.c
FUZZ_SRC    := $(filter-out $(FUZZ_MAINS),$(sort $(wildcard tests/fuzz/*.c)))

objects = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
COMMON_OBJ  := $(call objects,$(COMMON_SRC))
INDEXER_OBJ := $(call objects,$(INDEXER_SRC))
QUERY_OBJ   := $(call objects,$(QUERY_SRC))
SUPPORT_OBJ := $(call objects,$(SUPPORT_SRC))
FUZZ_OBJ    := $(call objects,$(FUZZ_SRC))
UNIT_BIN    := $(patsubst tests/unit/%.c,$(BUILD)/tests/%,$(UNIT_SRC))

.PHONY: all test unit-test cli-test install uninstall clean check-style
all: $(BUILD)/backfile-index $(BUILD)/backfile-query

$(BUILD)/backfile-index: $(call objects,indexer/main.c) $(INDEXER_OBJ) $(COMMON_OBJ)
	@echo "LINK $@"
	@$(CC) $(BASE_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/backfile-query: $(call objects,query/main.c) $(QUERY_OBJ) $(COMMON_OBJ)
	@echo "LINK $@"
	@$(CC) $(BASE_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/obj/%.o: %.c
	@mkdir -p $(@D)
	@echo "CC   $<"
	@$(CC) $(BASE_CFLAGS) $(CFLAGS) $(CPPFLAGS) $(VECTOR_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/tests/unit/html_oracle.o: BASE_CFLAGS += $(GUMBO_CFLAGS)

# The block kernels are written for the vectoriser. Of several -O the last counts.
$(BUILD)/obj/common/codec/%.o: VECTOR_CFLAGS = -O3
$(BUILD)/obj/query/score_block%.o: VECTOR_CFLAGS = -O3
$(BUILD)/obj/query/phrase_match.o: VECTOR_CFLAGS = -O3
$(BUILD)/obj/query/evaluate_all.o: VECTOR_CFLAGS = -O3

$(BUILD)/tests/%: $(BUILD)/obj/tests/unit/%.o $(SUPPORT_OBJ) $(INDEXER_OBJ) $(QUERY_OBJ) $(COMMON_OBJ)
	@mkdir -p $(@D)
	@echo "LINK $@"
	@$(CC) $(BASE_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(GUMBO_LIBS) $(LIBS)

# One recipe, so that -j builds in parallel but the outcomes come in order.
test: $(UNIT_BIN) $(BUILD)/fuzz-replay $(BUILD)/decoders all
	@{ tests/run_unit.sh $(UNIT_BIN) || echo "! the unit tests failed"; \
	  BUILD=$(BUILD) tests/cli/run.sh || echo "! the command-line tests failed"; } 2>&1 | \
	  sh tests/sum.sh 2

unit-test: $(UNIT_BIN)
	@tests/run_unit.sh $(UNIT_BIN)

cli-test: $(BUILD)/fuzz-replay $(BUILD)/decoders all
	@BUILD=$(BUILD) tests/cli/run.sh

check-style:
	@tests/check_style.sh

# What the readers make of the developers' sample collections: tests/formats/README.md.
.PHONY: formats
formats: all $(BUILD)/read-articles $(BUILD)/compare-html
	@BUILD="$(BUILD)" tests/formats/run.sh

$(BUILD)/compare-html: $(call objects,tests/formats/compare_html.c tests/unit/html_oracle.c) $(INDEXER_OBJ) $(COMMON_OBJ)
	@echo "LINK $@"
	@$(CC) $(BASE_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(GUMBO_LIBS) $(LIBS)

$(BUILD)/read-articles: $(call objects,tests/formats/read_articles.c) $(INDEXER_OBJ) $(COMMON_OBJ)
	@echo "LINK $@"
	@$(CC) $(BASE_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# Rows of figures: tests/bench/README.md. CORPUS= QUERIES= RUNS= THREADS= SCRATCH=
.PHONY: bench
bench: all
	@BUILD="$(BUILD)" CC="$(CC)" tests/bench/bench.sh

# A table of measures beside Lucene's: tests/quality/README.md. BACKFILE_CORPORA= PART= KEEP=
.PHONY: quality
quality: all
	@BUILD="$(BUILD)" tests/quality/quality.sh

# A line for each promise: tests/torture/README.md. GROUPS= QUICK=1 BACKFILE_TOOLS= BACKFILE_CORPORA=
.PHONY: torture
torture: all $(BUILD)/tests/test_salvage $(BUILD)/tests/test_limits $(BUILD)/torture-damage
	@BUILD="$(BUILD)" tests/torture/run.sh $(GROUPS)

# A table of branches taken by the unit tests in decoder, opener and commit; fails below 95 %.
.PHONY: coverage
coverage:
	@find build/coverage -name '*.gcda' -delete 2>/dev/null || true
	@$(MAKE) --no-print-directory BUILD=build/coverage \
	  CFLAGS="-O0 -g --coverage -fprofile-update=atomic" unit-test
	@python3 tests/torture/coverage.py build/coverage

# libFuzzer targets, for clang: tests/fuzz/README.md. All are one program, which looks at its name.
FUZZ_CC      ?= clang
FUZZ_CFLAGS  := -O1 -g -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all \
  -fno-omit-frame-pointer
.PHONY: fuzz
fuzz:
	@$(MAKE) --no-print-directory CC="$(FUZZ_CC)" BUILD="$(BUILD)/fuzz" \
	  CFLAGS="$(FUZZ_CFLAGS)" fuzz-targets

.PHONY: fuzz-targets
fuzz-targets: $(BUILD)/fuzzer $(BUILD)/fuzz-replay $(BUILD)/fuzz-seeds
	@for target in $$($(BUILD)/fuzz-replay --targets); do ln -f $(BUILD)/fuzzer "$(BUILD)/$$target"; done
	@git rev-parse --short HEAD >$(BUILD)/commit 2>/dev/null || echo unknown >$(BUILD)/commit

$(BUILD)/fuzzer: $(call objects,tests/fuzz/libfuzzer.c) $(FUZZ_OBJ) $(SUPPORT_OBJ) $(INDEXER_OBJ) $(QUERY_OBJ) $(COMMON_OBJ)
	@echo "LINK $@"
	@$(CC) $(BASE_CFLAGS) $(CFLAGS) -fsanitize=fuzzer $(LDFLAGS) -o $@ $^ -lcmocka $(GUMBO_LIBS) $(LIBS)

$(BUILD)/fuzz-%: $(BUILD)/obj/tests/fuzz/%.o $(FUZZ_OBJ) $(SUPPORT_OBJ) $(INDEXER_OBJ) $(QUERY_OBJ) $(COMMON_OBJ)
	@echo "LINK $@"
	@$(CC) $(BASE_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ -lcmocka $(GUMBO_LIBS) $(LIBS)

# Damages an index and asks it: tests/torture/group_damage.sh.
$(BUILD)/torture-damage: $(call objects,tests/torture/damage.c tests/unit/reframe.c tests/unit/scratch.c) \
  $(INDEXER_OBJ) $(QUERY_OBJ) $(COMMON_OBJ)
	@echo "LINK $@"
	@$(CC) $(BASE_CFLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# Random lists through the codec with each set of kernels in turn.
$(BUILD)/decoders: $(BUILD)/obj/tests/torture/decoders.o $(COMMON_OBJ)
	@echo "LINK $@"
	@$(CC) $(BASE_CFLAGS) $(CFLAGS) $(LDFLAGS) -Wl,--wrap=kernels_best -o $@ $^ $(LIBS)

BIN := $(DESTDIR)$(PREFIX)/bin
MAN := $(DESTDIR)$(PREFIX)/share/man/man1

install: all
	install -d "$(BIN)" "$(MAN)"
	install -m 755 $(BUILD)/backfile-index $(BUILD)/backfile-query "$(BIN)"
	install -m 644 indexer/backfile-index.1 query/backfile-query.1 "$(MAN)"

uninstall:
	rm -f "$(BIN)/backfile-index" "$(BIN)/backfile-query"
	rm -f "$(MAN)/backfile-index.1" "$(MAN)/backfile-query.1"

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
.SECONDARY:
