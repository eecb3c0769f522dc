"""Permission codenames of this floor; setup_roles gives them to the groups."""

PUBLISH_RESULT = "disclosure.publish_result"
PROPOSE_WITHHOLDING = "disclosure.propose_withholding"
WITHHOLD_RESULT = "disclosure.withhold_result"
WITHDRAW_RESULT = "disclosure.withdraw_result"
MANAGE_GUIDE = "disclosure.manage_guide"
