from django.urls import path

from sampling import views

app_name = "sampling"
urlpatterns = [
    path("", views.plans, name="plans"),
    path("draft/", views.draft, name="draft"),
    path("fairness/<int:year>/", views.fairness, name="fairness_year"),
    path("<str:quarter>/", views.plan, name="plan"),
    path("<str:quarter>/freeze/", views.freeze, name="freeze"),
    path("<str:quarter>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:quarter>/draw/", views.draw, name="draw"),
    path("<str:quarter>/minutes.pdf", views.minutes, name="minutes"),
    path("<str:quarter>/approve/", views.approve, name="approve"),
    path("<str:quarter>/void/", views.void, name="void"),
    path("<str:quarter>/void/decide/", views.decide_void, name="decide_void"),
    path("<str:quarter>/reveal/", views.reveal, name="reveal"),
    path("<str:quarter>/sealed/", views.sealed, name="sealed"),
]
