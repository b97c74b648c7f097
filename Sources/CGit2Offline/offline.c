#include "CGit2Offline.h"

// guard opens no connection through libgit2. These are the functions by which the rest of libgit2 reaches its
// transports over SSH, HTTP and TLS; a linker that finds them here takes none of those members out of libgit2.a, and
// so needs neither libssh2 nor Kerberos nor mbed TLS, whose loading was a third of guard's start-up. Each says that
// it fails, as libgit2's own do. The declarations are libgit2's (src/libgit2/transports, src/libgit2/streams).
typedef struct git_stream git_stream;
typedef struct git_transport git_transport;
typedef struct git_smart_subtransport git_smart_subtransport;

enum { succeeded = 0, failed = -1 };

int git_http__expect_continue = 0;

int git_transport_ssh_global_init(void) { return succeeded; }
int git_mbedtls_stream_global_init(void) { return succeeded; }

int git_mbedtls__set_cert_location(const char *file, const char *path) {
  (void)file, (void)path;
  return failed;
}

int git_mbedtls_stream_new(git_stream **out, const char *host, const char *port) {
  (void)out, (void)host, (void)port;
  return failed;
}

int git_mbedtls_stream_wrap(git_stream **out, git_stream *in, const char *host) {
  (void)out, (void)in, (void)host;
  return failed;
}

int git_smart_subtransport_http(git_smart_subtransport **out, git_transport *owner, void *parameter) {
  (void)out, (void)owner, (void)parameter;
  return failed;
}

int git_smart_subtransport_ssh(git_smart_subtransport **out, git_transport *owner, void *parameter) {
  (void)out, (void)owner, (void)parameter;
  return failed;
}
