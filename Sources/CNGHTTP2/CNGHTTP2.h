/* Header compression of HTTP/2 (HPACK) of nghttp2 for Swift. Only LVSCareHTTP imports it, for what it receives. */
#ifndef LVSCARE_CNGHTTP2_H
#define LVSCARE_CNGHTTP2_H

#include <nghttp2/nghttp2.h>

#endif
