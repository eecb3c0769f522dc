"""Permission codenames of this floor; setup_roles gives them to the groups."""

SUBMIT_RECORD = "inspections.submit_record"
REVIEW_RECORD = "inspections.review_record"
VIEW_ALL_ASSIGNMENTS = "inspections.view_all_assignments"
CLOSE_PROBLEM = "inspections.close_problem"
HANDLE_CLUES = "inspections.handle_clues"
VIEW_REPORTER = "inspections.view_reporter"
APPROVE_TARGETED_CHECK = "inspections.approve_targeted_check"
