"""The platforms' calls as plain values, without a transport: one module for each platform."""
