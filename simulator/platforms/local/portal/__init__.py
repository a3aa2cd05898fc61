"""The portal dialect: JSON, always HTTP 200, passwords as SHA-256, image captcha, accessToken."""
