/* What the linker calls instead of the originals; nobody else does. */
#ifndef KHATMA_FUZZ_CALM_H
#define KHATMA_FUZZ_CALM_H

#include <argon2.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>
#include <time.h>

int64_t __wrap_time_now(void);
int64_t __wrap_time_monotonic(void);
int __wrap_nanosleep(const struct timespec *t, struct timespec *left);
unsigned __wrap_sleep(unsigned seconds);
int __wrap_RAND_bytes(unsigned char *out, int n);
EVP_KDF *__wrap_EVP_KDF_fetch(OSSL_LIB_CTX *ctx, const char *name,
    const char *query);
int __wrap_argon2id_ctx(argon2_context *c);
ssize_t __wrap_write(int fd, const void *from, size_t n);
ssize_t __real_write(int fd, const void *from, size_t n);

struct service;
int __wrap_serve(int argc, char **argv, const struct service *service);
int __real_serve(int argc, char **argv, const struct service *service);
char *__wrap_getenv(const char *name);
char *__real_getenv(const char *name);
size_t __wrap_fread(void *to, size_t size, size_t n, FILE *f);
size_t __real_fread(void *to, size_t size, size_t n, FILE *f);
size_t __wrap_fwrite(const void *from, size_t size, size_t n, FILE *f);
size_t __real_fwrite(const void *from, size_t size, size_t n, FILE *f);
int __wrap_FCGX_IsCGI(void);

#endif
