// Read by Mbed TLS after its default configuration.

// TLS 1.3 keeps its keys in a store that all connections of the process share.
#define MBEDTLS_THREADING_C
#define MBEDTLS_THREADING_PTHREAD

// Never used here: datagrams, renegotiation, the self tests.
#undef MBEDTLS_SSL_PROTO_DTLS
#undef MBEDTLS_SSL_DTLS_ANTI_REPLAY
#undef MBEDTLS_SSL_DTLS_CLIENT_PORT_REUSE
#undef MBEDTLS_SSL_DTLS_CONNECTION_ID
#undef MBEDTLS_SSL_DTLS_CONNECTION_ID_COMPAT
#undef MBEDTLS_SSL_DTLS_HELLO_VERIFY
#undef MBEDTLS_SSL_RENEGOTIATION
#undef MBEDTLS_SELF_TEST
