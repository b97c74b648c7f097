#pragma once
// MD5's and SHA-256's low-level functions are marked as deprecated. They are what is wanted here: they cannot
// fail, need no memory, and MD5's works where a FIPS policy forbids it for security, which a content hash is not.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/err.h>
#include <openssl/md5.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
