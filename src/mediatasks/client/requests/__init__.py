"""The HTTP request of a call: values, credentials and headers, checked before anything is sent."""
