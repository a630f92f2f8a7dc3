"""What the assets ask: the pilot station's log, made up from the day alone."""

import dagster as dg


class Clock(dg.ConfigurableResource):
    """How long a ship waits, in minutes."""

    minutes_per_ship: int = 20


class PilotStation(dg.ConfigurableResource):
    """Tells which ships arrived on a day."""

    clock: Clock
    smallest: int = 3

    def ships(self, day: str) -> list:
        """The day's ships; a different number each day, the same whenever it is asked."""
        count = self.smallest + sum(int(digit) for digit in day if digit.isdigit()) % 5
        return [
            {"ship": f"ship-{number}", "day": day, "waited": number * self.clock.minutes_per_ship}
            for number in range(count)
        ]
