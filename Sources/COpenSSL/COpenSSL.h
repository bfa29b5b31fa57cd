/* TLS and certificates of OpenSSL 3 for Swift. Only LVSCareSockets imports it, and tests do. */
#ifndef LVSCARE_COPENSSL_H
#define LVSCARE_COPENSSL_H

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* Macros that Swift does not see. */
static const uint64_t LVSCARE_SSL_OP_NO_RENEGOTIATION = SSL_OP_NO_RENEGOTIATION;
static const long LVSCARE_SSL_SESS_CACHE_OF_CLIENT = SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL;

#endif
