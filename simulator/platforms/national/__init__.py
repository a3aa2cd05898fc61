"""The national platform (国家医保服务平台)."""
