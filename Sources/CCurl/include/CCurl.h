#pragma once
#include <curl/curl.h>

/// libcurl, loaded when it is first needed: most runs of guard need no network and shall not pay for it, and a
/// machine without libcurl can still judge commits. The declarations of <curl/curl.h> are for its constants;
/// only the functions below may be called, and only after guard_curl_load gave NULL. They are libcurl's own
/// without `curl_` in front, and without variable arguments, which Swift cannot pass.

/// Loads libcurl and initialises it. Call it once, before there are threads that call it.
/// Returns NULL, or a text that says why there is no libcurl.
const char *guard_curl_load(void);

CURL *guard_curl_easy_init(void);
void guard_curl_easy_reset(CURL *handle);
void guard_curl_easy_cleanup(CURL *handle);
const char *guard_curl_easy_strerror(CURLcode code);
CURLcode guard_curl_set_long(CURL *handle, CURLoption option, long value);
CURLcode guard_curl_set_size(CURL *handle, CURLoption option, curl_off_t value);
CURLcode guard_curl_set_text(CURL *handle, CURLoption option, const char *value);
CURLcode guard_curl_set_pointer(CURL *handle, CURLoption option, void *value);
CURLcode guard_curl_set_write(CURL *handle, CURLoption option, curl_write_callback function);
CURLcode guard_curl_set_read(CURL *handle, curl_read_callback function);
CURLcode guard_curl_set_seek(CURL *handle, curl_seek_callback function);

/// Lets the handle speak http and https and nothing else.
CURLcode guard_curl_only_http(CURL *handle);
/// Keeps the end of the handle from waiting for a name server, where libcurl can do that (7.87).
void guard_curl_leave_resolver(CURL *handle);

/// A CURLINFO of type long, or -1.
long guard_curl_info_long(CURL *handle, CURLINFO info);
/// A CURLINFO of type text, owned by the handle, or NULL.
const char *guard_curl_info_text(CURL *handle, CURLINFO info);
/// The file with the authorities that libcurl was built for, or NULL where it does not tell (7.84).
const char *guard_curl_authorities(CURL *handle);

struct curl_slist *guard_curl_list_append(struct curl_slist *list, const char *text);
void guard_curl_list_free(struct curl_slist *list);

CURLM *guard_curl_multi_init(void);
void guard_curl_multi_cleanup(CURLM *multi);
CURLMcode guard_curl_multi_set_long(CURLM *multi, CURLMoption option, long value);
CURLMcode guard_curl_multi_add(CURLM *multi, CURL *handle);
CURLMcode guard_curl_multi_remove(CURLM *multi, CURL *handle);
CURLMcode guard_curl_multi_perform(CURLM *multi, int *running);
CURLMcode guard_curl_multi_poll(CURLM *multi, int milliseconds);
/// The next transfer that is over, and how it ended; NULL when there is none.
CURL *guard_curl_multi_done(CURLM *multi, CURLcode *code);
