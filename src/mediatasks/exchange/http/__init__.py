"""Headers of HTTP that an exchange carries: links, retries, signatures."""
