"""The legacy dialect: forms, indicator names, a session cookie, errors as HTML with HTTP 200."""
