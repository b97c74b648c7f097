#include "CGit2Startup.h"

/// git_libgit2_init has mbed TLS parse every certificate of the system, which takes more than half of guard's
/// start-up, for connections that guard never makes through libgit2. Symbols of the executable come before those
/// of a shared library (ld.so(8)), so these stand in for mbed TLS's and find no certificate.
/// The declarations are mbed TLS's own: int (mbedtls_x509_crt *chain, const char *path).
struct mbedtls_x509_crt;

int mbedtls_x509_crt_parse_file(struct mbedtls_x509_crt *chain, const char *path) {
  (void)chain;
  (void)path;
  return 0;
}

int mbedtls_x509_crt_parse_path(struct mbedtls_x509_crt *chain, const char *path) {
  (void)chain;
  (void)path;
  return 0;
}
