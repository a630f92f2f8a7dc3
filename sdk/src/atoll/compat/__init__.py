"""Other orchestrators' names for what Atoll has: code written for them runs unchanged.

`dagster` serves `import dagster`, `names` says what each name means, `modules` which modules there
are; `check`, `markers` and `private` hold the little that only Dagster's own modules have.
"""
