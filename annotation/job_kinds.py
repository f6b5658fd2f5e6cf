"""Names of background tasks that more than one layer must know."""

# Of the other app, which writes imports.
RUN_IMPORT = "rating.tasks.run_import"
SEND_INVITATIONS = "annotation.tasks.send_invitations"
SEND_DECISION = "annotation.tasks.send_decision"
SEND_MESSAGE = "annotation.tasks.send_message"
SEND_NOTICES = "annotation.tasks.send_notices"
