#pragma once
// MD5's low-level functions are marked as deprecated. They are what is wanted here: they cannot fail, need no
// memory, and work where a FIPS policy forbids MD5 for security, which a content hash is not.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/err.h>
#include <openssl/md5.h>
