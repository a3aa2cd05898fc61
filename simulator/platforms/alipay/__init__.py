"""Alipay, as its applications and their people see it."""
