from django.urls import path

from sampling.views import desk, kinds

app_name = "sampling"
urlpatterns = [
    path("", desk.plans, name="plans"),
    path("draft/", desk.draft, name="draft"),
    path("fairness/<int:year>/", desk.fairness, name="fairness_year"),
    path("beside/", kinds.beside, name="beside"),
    path("external/", kinds.import_external, name="import_external"),
    path("<str:number>/", desk.plan, name="plan"),
    path("<str:number>/freeze/", desk.freeze, name="freeze"),
    path("<str:number>/withdraw/", desk.withdraw, name="withdraw"),
    path("<str:number>/draw/", desk.draw, name="draw"),
    path("<str:number>/minutes.pdf", desk.minutes, name="minutes"),
    path("<str:number>/approve/", desk.approve, name="approve"),
    path("<str:number>/adopt/", kinds.adopt, name="adopt"),
    path("<str:number>/void/", desk.void, name="void"),
    path("<str:number>/void/decide/", desk.decide_void, name="decide_void"),
    path("<str:number>/reveal/", desk.reveal, name="reveal"),
    path("<str:number>/sealed/", desk.sealed, name="sealed"),
]
