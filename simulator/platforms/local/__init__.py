"""The local platforms (地方医保服务平台): one per pooling area, in one of three dialects."""
