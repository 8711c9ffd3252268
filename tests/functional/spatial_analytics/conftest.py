"""The town of the integration tests."""

from tests.integration.spatial_analytics.conftest import empty_cache, manager, now, town

__all__ = ["empty_cache", "manager", "now", "town"]
