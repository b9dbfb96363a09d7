/* What runs before and after main on the emulated board: memory, files by semihosting, the depth of the stack. */
#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define PAINT 0xa5a5a5a5u
#define FAULTED 3

extern uint32_t load_data, data_start, data_end, bss_start, bss_end, stack_bottom, stack_top;
extern void initialise_monitor_handles(void);
extern int main(void);

void start(void);
void fault(void);
void _init(void);
void _fini(void);

/** Where the processor finds its stack, and whom to call. */
struct vectors {
  uint32_t *stack;
  void (*handlers[15])(void);
};

/* Reset and the faults; no interrupt is ever switched on. */
__attribute__((section(".vectors"), used)) static const struct vectors VECTORS = {&stack_top, {start, fault, fault, fault, fault, fault}};

void start(void) {
  uint32_t *from = &load_data;
  for (uint32_t *to = &data_start; to < &data_end; to++) {
    *to = *from++;
  }
  for (uint32_t *at = &bss_start; at < &bss_end; at++) {
    *at = 0;
  }
  uint32_t *here = (uint32_t *)__builtin_frame_address(0) - 64;
  for (uint32_t *at = &stack_bottom; at < here; at++) {
    *at = PAINT;
  }
  initialise_monitor_handles();
  if (freopen("vectors.txt", "r", stdin) == NULL) {
    exit(FAULTED);
  }
  int result = main();
  uint32_t *deepest = &stack_bottom;
  while (*deepest == PAINT) {
    deepest++;
  }
  (void)printf("deepest stack of the whole run, the program of the vectors included: %lu bytes\n",
               (unsigned long)(&stack_top - deepest) * sizeof *deepest);
  exit(result);
}

void fault(void) {
  exit(FAULTED);
}

/* There are neither constructors nor destructors. */
void _init(void) {}
void _fini(void) {}

/* libsodium's portable parts are chosen when it is compiled, so nothing is left to begin. */
int sodium_init(void) {
  return 0;
}

void sodium_misuse(void) {
  exit(FAULTED);
}
