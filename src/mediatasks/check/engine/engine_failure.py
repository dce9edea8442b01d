"""Why the engine could not make, send or read a case, in words of ours."""

# Class name, of requests or schemathesis → what it means. The first that an exception is counts.
_SAID = {
    "ProxyError": "the proxy could not be used",
    "SSLError": "the server's TLS could not be used",
    "Timeout": "no whole reply in time",
    "ChunkedEncodingError": "the reply broke off",
    "ContentDecodingError": "a reply whose content encoding is broken",
    "TooManyRedirects": "more redirects than are followed",
    "ConnectionError": "the connection broke, or was refused",
    "RequestException": "no reply that can be read",
    "UnresolvableReference": "a reference of the contract leads nowhere",
    "InfiniteRecursiveReference": "a schema of the contract requires itself without end",
    "UnsupportedRegexPattern": "no text can be made for a pattern of the contract",
    "InvalidRegexPattern": "a pattern of the contract is not valid",
    "InvalidRegexType": "a pattern of the contract is no text",
    "SerializationNotPossible": "no body can be made of the media types of the contract",
    "InvalidHeadersExample": "an example of a header is not valid",
    "InvalidSchema": "a schema of the contract is not valid",
    "Unsatisfiable": "no value fits a schema of the contract",
}


def describe_failure(error: BaseException) -> str:
    """Return what went wrong; of a failure without words of ours the name of its class."""
    names = [kind.__name__ for kind in type(error).__mro__]
    said = next((text for name, text in _SAID.items() if name in names), None)
    return said or f"the engine failed ({names[0]})"
