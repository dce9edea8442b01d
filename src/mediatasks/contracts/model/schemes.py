"""Authentication schemes that a contract may name and no registry of HTTP knows."""

# The api_auth gem: a request is signed with HMAC-SHA256. In lower case, for schemes have none.
APIAUTH = "apiauth-hmac-sha256"
