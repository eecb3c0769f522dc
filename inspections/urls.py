from django.urls import path

from inspections.views import change, clues, desk, papers, problems, record, review, sync

app_name = "inspections"
urlpatterns = [
    path("", desk.today, name="today"),
    path("sync/", sync.sync, name="sync"),
    path("evidence/<str:sha256>/", sync.evidence_bytes, name="evidence_bytes"),
    path("dispatch/<str:number>/", desk.dispatch, name="dispatch"),
    path("review/", review.reviews, name="reviews"),
    path("review/<int:version_id>/", review.review, name="review"),
    path("problems/", problems.problem_list, name="problems"),
    path("problems/<int:problem_id>/", problems.problem, name="problem"),
    path("problems/<int:problem_id>/<str:step>/", problems.problem_step, name="problem_step"),
    path(
        "problems/<int:problem_id>/papers/<str:kind>/<int:key>/<str:copy>.<str:form>",
        problems.problem_paper,
        name="problem_paper",
    ),
    path(
        "problems/<int:problem_id>/corrections/<str:sha256>/",
        problems.correction_file,
        name="correction_file",
    ),
    path("clues/", clues.clue_list, name="clues"),
    path("clues/new/", clues.clue_new, name="clue_new"),
    path("clues/import/", clues.clue_import, name="clue_import"),
    path("clues/template/", clues.clue_template, name="clue_template"),
    path("clues/<int:clue_id>/", clues.clue, name="clue"),
    path("clues/<int:clue_id>/reporter/", clues.clue_reporter, name="clue_reporter"),
    path("clues/targeted/<int:check_id>/", clues.decide_targeted, name="decide_targeted"),
    path("<uuid:public_id>/", desk.assignment, name="assignment"),
    path("<uuid:public_id>/accept/", desk.accept, name="accept"),
    path("<uuid:public_id>/change/", change.propose_change, name="propose_change"),
    path("changes/<int:change_id>/", change.decide_change, name="decide_change"),
    path("<uuid:public_id>/start/", desk.start, name="start"),
    path("<uuid:public_id>/record/", record.record, name="record"),
    path("<uuid:public_id>/evidence/", record.evidence, name="evidence"),
    path("<uuid:public_id>/evidence/<str:sha256>/", record.evidence_file, name="evidence_file"),
    path("<uuid:public_id>/sign/", record.sign, name="sign"),
    path(
        "<uuid:public_id>/record/<int:number>/<str:copy>.<str:form>",
        papers.record_file,
        name="record_file",
    ),
    path("<uuid:public_id>/sign/take/", record.take_signed, name="take_signed"),
    path("<uuid:public_id>/submit/", record.submit, name="submit"),
]
