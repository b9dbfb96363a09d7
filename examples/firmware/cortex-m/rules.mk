# The same program on a Cortex-M3 that QEMU emulates (mps2-an385). The board's cryptography is the portable part of
# libsodium 1.0.18 (ISC licence), fetched as Debian's source package and never kept in this repository.

SODIUM = $(OUT)/libsodium-1.0.18/src/libsodium
ARM_OUT = $(OUT)/arm
QEMU = qemu-system-arm -M mps2-an385 -nographic -monitor none -serial none
APT = apt-get -q -o Dir::Etc::sourcelist=$(CURDIR)/cortex-m/sources.list -o Dir::Etc::sourceparts=- \
  -o Dir::State::lists=$(CURDIR)/$(OUT)/lists -o Dir::Cache=$(CURDIR)/$(OUT)/cache -o APT::Sandbox::User=root

SODIUM_PARTS = crypto_core/ed25519/core_ed25519 crypto_core/ed25519/ref10/ed25519_ref10 crypto_sign/ed25519/sign_ed25519 \
  crypto_sign/ed25519/ref10/keypair crypto_sign/ed25519/ref10/open crypto_sign/ed25519/ref10/sign \
  crypto_hash/sha256/hash_sha256 crypto_hash/sha256/cp/hash_sha256_cp crypto_hash/sha512/hash_sha512 \
  crypto_hash/sha512/cp/hash_sha512_cp crypto_scalarmult/curve25519/scalarmult_curve25519 \
  crypto_scalarmult/curve25519/ref10/x25519_ref10 crypto_aead/chacha20poly1305/sodium/aead_chacha20poly1305 \
  crypto_onetimeauth/poly1305/onetimeauth_poly1305 crypto_onetimeauth/poly1305/donna/poly1305_donna \
  crypto_stream/chacha20/stream_chacha20 crypto_stream/chacha20/ref/chacha20_ref crypto_verify/sodium/verify sodium/utils
SODIUM_OBJECTS = $(SODIUM_PARTS:%=$(ARM_OUT)/sodium/%.o)
SODIUM_INCLUDE = -DSODIUM_STATIC -I$(SODIUM)/include -isystem $(SODIUM)/include
LOCK_OBJECTS = $(LOCK:%.c=$(ARM_OUT)/%.o)
RUN_OBJECTS = $(RUN:%.c=$(ARM_OUT)/%.o) $(ARM_OUT)/cortex-m/start.o

cortex-m: $(ARM_OUT)/run.elf $(OUT)/vectors.txt
	cd $(OUT) && timeout 600 $(QEMU) -semihosting-config enable=on,target=native -kernel arm/run.elf
	node cortex-m/size.mjs $(ARM_OUT)

size: $(ARM_OUT)/run.elf
	node cortex-m/size.mjs $(ARM_OUT)

$(ARM_OUT)/run.elf: $(LOCK_OBJECTS) $(RUN_OBJECTS) $(SODIUM_OBJECTS) cortex-m/mps2.ld
	$(ARM)gcc $(CORTEX) -nostartfiles -T cortex-m/mps2.ld -Wl,--gc-sections,-Map=$(ARM_OUT)/run.map \
	  $(LOCK_OBJECTS) $(RUN_OBJECTS) $(SODIUM_OBJECTS) --specs=rdimon.specs -o $@

$(LOCK_OBJECTS) $(RUN_OBJECTS): $(ARM_OUT)/%.o: %.c $(HEADERS) | $(SODIUM)
	@mkdir -p $(@D)
	$(ARM)gcc $(CORTEX) $(STRICT) -fstack-usage -Isrc -Itest $(SODIUM_INCLUDE) -c $< -o $@

# Not our code, so not our warnings.
$(SODIUM_OBJECTS): $(ARM_OUT)/sodium/%.o: | $(SODIUM)
	@mkdir -p $(@D)
	$(ARM)gcc $(CORTEX) -w -fstack-usage -DCONFIGURED=1 -D_GNU_SOURCE $(SODIUM_INCLUDE) -I$(SODIUM)/include/sodium -c $(SODIUM)/$*.c -o $@

$(SODIUM): | $(OUT)
	mkdir -p $(OUT)/lists/partial $(OUT)/cache/archives/partial
	$(APT) update && cd $(OUT) && $(APT) source --download-only libsodium
	cd $(OUT) && tar xf libsodium_1.0.18.orig.tar.gz && cp libsodium-1.0.18/builds/msvc/version.h libsodium-1.0.18/src/libsodium/include/sodium/
