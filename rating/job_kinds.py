"""Names of background tasks that more than one layer must know."""

SIMULATE_PLAN = "rating.tasks.simulate_plan"
REDUCE_SNAPSHOTS = "rating.tasks.reduce_snapshots"
MAKE_EXPORT = "rating.tasks.make_export"
MEASURE_RATERS = "rating.tasks.measure_raters"
MAKE_ARCHIVE = "rating.tasks.make_archive"
RESTORE_STUDY = "rating.tasks.restore_study"
SEND_ALERTS = "rating.tasks.send_alerts"
# Not a job: it helps with the parts of one.
HELP_ANALYSIS = "rating.tasks.help_analysis"
