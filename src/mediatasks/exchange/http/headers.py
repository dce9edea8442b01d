"""Reply headers that no API documents, because HTTP, browsers and carriers have them."""

# By the document that defines them; the last are those that MDN lists or frameworks add by themselves.
_BY_SOURCE = {
    "RFC 9110": "allow authentication-info date etag last-modified location proxy-authenticate "
    "proxy-authentication-info range retry-after server trailer upgrade vary via www-authenticate",
    "RFC 9111": "age cache-control expires pragma warning",
    "RFC 9112 and 2616": "connection keep-alive te transfer-encoding",
    "RFC 6265": "set-cookie",
    "RFC 8288": "link",
    "RFC 6797, 7034, W3C, WHATWG": "clear-site-data cross-origin-embedder-policy "
    "cross-origin-opener-policy cross-origin-resource-policy expect-ct feature-policy "
    "origin-agent-cluster permissions-policy referrer-policy strict-transport-security "
    "timing-allow-origin x-content-type-options x-frame-options",
    "RFC 7838": "alt-svc alt-used",
    "RFC 9530": "digest repr-digest want-content-digest want-repr-digest",
    "RFC 9421": "signature signature-input",
    "RFC 8594 and 9745": "deprecation sunset",
    "RFC 7240": "preference-applied",
    "RFC 9209, 9211 and 9213": "cache-status cdn-cache-control proxy-status surrogate-control",
    "W3C, of tracing and reporting": "nel report-to reporting-endpoints server-timing sourcemap "
    "traceparent traceresponse tracestate",
    "MDN": "x-correlation-id x-dns-prefetch-control x-download-options "
    "x-permitted-cross-domain-policies x-powered-by x-process-time x-request-id x-response-time "
    "x-robots-tag x-runtime x-sourcemap x-trace-id x-ua-compatible x-xss-protection",
}
_NAMES = frozenset(name for names in _BY_SOURCE.values() for name in names.split())
_PREFIXES = (
    # RFC 9110, WHATWG Fetch, RFC 8942.
    "accept-",
    "access-control-",
    "content-",
    # The IETF draft of rate limit fields, and what came before it.
    "ratelimit",
    "x-ratelimit-",
    "x-rate-limit-",
    # What stands between server and caller: Cloudflare, Fastly and Varnish, AWS, Google Cloud, Azure,
    # Envoy, Vercel, Fly, Heroku.
    "cf-",
    "x-cache",
    "x-served-by",
    "x-timer",
    "x-varnish",
    "fastly-",
    "x-amz-",
    "x-amzn-",
    "x-cloud-trace-context",
    "x-goog-",
    "x-azure-",
    "x-ms-",
    "x-envoy-",
    "x-vercel-",
    "fly-",
    "heroku-",
)


def is_common(name: str) -> bool:
    """Whether a reply header (in lower case) is one that any server may send."""
    return name in _NAMES or name.startswith(_PREFIXES)
