#include "CCurl.h"

#include <dlfcn.h>
#include <stddef.h>

// The macros of <curl/curl.h> check the arguments of variadic calls; here the wrappers' types do.
#undef curl_easy_setopt
#undef curl_easy_getinfo
#undef curl_multi_setopt

static struct {
  CURLcode (*global_init)(long);
  CURL *(*easy_init)(void);
  void (*easy_reset)(CURL *);
  void (*easy_cleanup)(CURL *);
  const char *(*easy_strerror)(CURLcode);
  CURLcode (*easy_setopt)(CURL *, CURLoption, ...);
  CURLcode (*easy_getinfo)(CURL *, CURLINFO, ...);
  struct curl_slist *(*slist_append)(struct curl_slist *, const char *);
  void (*slist_free_all)(struct curl_slist *);
  CURLM *(*multi_init)(void);
  CURLMcode (*multi_cleanup)(CURLM *);
  CURLMcode (*multi_setopt)(CURLM *, CURLMoption, ...);
  CURLMcode (*multi_add_handle)(CURLM *, CURL *);
  CURLMcode (*multi_remove_handle)(CURLM *, CURL *);
  CURLMcode (*multi_perform)(CURLM *, int *);
  CURLMcode (*multi_poll)(CURLM *, struct curl_waitfd *, unsigned, int, int *);
  CURLMsg *(*multi_info_read)(CURLM *, int *);
} curl;

#define FUNCTION(name) {"curl_" #name, (void **)&curl.name}
static const struct {
  const char *name;
  void **place;
} functions[] = {
  FUNCTION(global_init),         FUNCTION(easy_init),       FUNCTION(easy_reset),     FUNCTION(easy_cleanup),
  FUNCTION(easy_strerror),       FUNCTION(easy_setopt),     FUNCTION(easy_getinfo),   FUNCTION(slist_append),
  FUNCTION(slist_free_all),      FUNCTION(multi_init),      FUNCTION(multi_cleanup),  FUNCTION(multi_setopt),
  FUNCTION(multi_add_handle),    FUNCTION(multi_remove_handle), FUNCTION(multi_perform), FUNCTION(multi_poll),
  FUNCTION(multi_info_read),
};

const char *guard_curl_load(void) {
  // The flavour with GnuTLS has the same functions; some machines have only that.
  static const char *const names[] = {"libcurl.so.4", "libcurl-gnutls.so.4"};
  void *library = NULL;
  for (size_t i = 0; !library && i < sizeof names / sizeof *names; i++)
    library = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
  if (!library) return "libcurl.so.4 is not installed (Debian and Ubuntu: the package libcurl4)";
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    void *address = dlsym(library, functions[i].name);
    if (!address) return "libcurl.so.4 is older than 7.66, which is the oldest that serves";
    *functions[i].place = address;
  }
  if (curl.global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) return "libcurl.so.4 does not start";
  return NULL;
}

CURL *guard_curl_easy_init(void) { return curl.easy_init(); }
void guard_curl_easy_reset(CURL *handle) { curl.easy_reset(handle); }
void guard_curl_easy_cleanup(CURL *handle) { curl.easy_cleanup(handle); }
const char *guard_curl_easy_strerror(CURLcode code) { return curl.easy_strerror(code); }

CURLcode guard_curl_set_long(CURL *handle, CURLoption option, long value) {
  return curl.easy_setopt(handle, option, value);
}
CURLcode guard_curl_set_size(CURL *handle, CURLoption option, curl_off_t value) {
  return curl.easy_setopt(handle, option, value);
}
CURLcode guard_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl.easy_setopt(handle, option, value);
}
CURLcode guard_curl_set_pointer(CURL *handle, CURLoption option, void *value) {
  return curl.easy_setopt(handle, option, value);
}
CURLcode guard_curl_set_write(CURL *handle, CURLoption option, curl_write_callback function) {
  return curl.easy_setopt(handle, option, function);
}
CURLcode guard_curl_set_read(CURL *handle, curl_read_callback function) {
  return curl.easy_setopt(handle, CURLOPT_READFUNCTION, function);
}
CURLcode guard_curl_set_seek(CURL *handle, curl_seek_callback function) {
  return curl.easy_setopt(handle, CURLOPT_SEEKFUNCTION, function);
}

// Options by their numbers: the headers that guard is built with may be older than the library that it meets,
// and the other way round.
enum { PROTOCOLS = CURLOPTTYPE_LONG + 181, PROTOCOLS_STR = CURLOPTTYPE_OBJECTPOINT + 318 };
enum { QUICK_EXIT = CURLOPTTYPE_LONG + 322 };
enum { CAINFO_INFO = CURLINFO_STRING + 61 };

CURLcode guard_curl_only_http(CURL *handle) {
  CURLcode code = curl.easy_setopt(handle, (CURLoption)PROTOCOLS_STR, "http,https");
  if (code != CURLE_UNKNOWN_OPTION) return code;
  return curl.easy_setopt(handle, (CURLoption)PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
}

void guard_curl_leave_resolver(CURL *handle) { curl.easy_setopt(handle, (CURLoption)QUICK_EXIT, 1L); }

long guard_curl_info_long(CURL *handle, CURLINFO info) {
  long value = -1;
  return curl.easy_getinfo(handle, info, &value) == CURLE_OK ? value : -1;
}
const char *guard_curl_info_text(CURL *handle, CURLINFO info) {
  char *value = NULL;
  return curl.easy_getinfo(handle, info, &value) == CURLE_OK ? value : NULL;
}

const char *guard_curl_authorities(CURL *handle) {
  return guard_curl_info_text(handle, (CURLINFO)CAINFO_INFO);
}

struct curl_slist *guard_curl_list_append(struct curl_slist *list, const char *text) {
  return curl.slist_append(list, text);
}
void guard_curl_list_free(struct curl_slist *list) { curl.slist_free_all(list); }

CURLM *guard_curl_multi_init(void) { return curl.multi_init(); }
void guard_curl_multi_cleanup(CURLM *multi) { curl.multi_cleanup(multi); }
CURLMcode guard_curl_multi_set_long(CURLM *multi, CURLMoption option, long value) {
  return curl.multi_setopt(multi, option, value);
}
CURLMcode guard_curl_multi_add(CURLM *multi, CURL *handle) { return curl.multi_add_handle(multi, handle); }
CURLMcode guard_curl_multi_remove(CURLM *multi, CURL *handle) {
  return curl.multi_remove_handle(multi, handle);
}
CURLMcode guard_curl_multi_perform(CURLM *multi, int *running) { return curl.multi_perform(multi, running); }
CURLMcode guard_curl_multi_poll(CURLM *multi, int milliseconds) {
  return curl.multi_poll(multi, NULL, 0, milliseconds, NULL);
}
CURL *guard_curl_multi_done(CURLM *multi, CURLcode *code) {
  int left;
  for (CURLMsg *message; (message = curl.multi_info_read(multi, &left));)
    if (message->msg == CURLMSG_DONE) {
      *code = message->data.result;
      return message->easy_handle;
    }
  return NULL;
}
