"""What an administrator changes while everything runs: feature flags, and settings that are kept sealed.

Owns `core.feature_flags` and `core.setting_overrides`.
"""
