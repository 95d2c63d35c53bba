"""The shop's calendar is every desk's."""

from dialogue_gym.envs.customer_service.calendar import iso

__all__ = ["iso"]
