"""The REST root: sign-in by token, paging, errors, OpenAPI."""
