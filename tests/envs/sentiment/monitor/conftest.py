"""Days of the stream without an episode around them, for the tests of its laws."""

import numpy as np
import pytest

from dialogue_gym.draws import Stream, key
from dialogue_gym.envs.sentiment.monitor.arrivals import arrive
from dialogue_gym.envs.sentiment.monitor.regimes import draw_day
from dialogue_gym.envs.sentiment.monitor.world import PROFILE, TICKS


@pytest.fixture(scope="session")
def days_of_one_topic():
    """The counts of one topic over plain days, and its phases: int (days, ticks) each."""

    def days(world, base, count, phases=None):
        counts, paths = np.zeros((count, TICKS), int), np.zeros((count, TICKS), int)
        for day in range(count):
            path = phases or draw_day(world, 0, Stream(key("tests.day", day)))
            level = 0.0
            for tick, phase in enumerate(path):
                background = base / 60.0 * PROFILE[tick] * world.gains[phase]
                arrivals, level = arrive(world, background, level, tick, Stream(key("tests.arrivals", day, tick)))
                counts[day, tick] = len(arrivals)
            paths[day] = path
        return counts, paths

    return days
