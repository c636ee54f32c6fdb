from django.urls import include, path

from . import views

urlpatterns = [
    path('django/', include([
        path('constant', views.Constant.as_view()),
        path('user/me/', views.Profile.as_view()),
        path('stats/user/', views.Statistics.as_view()),
        path('khatmas/', views.Khatmas.as_view()),
        path('khatmas/<int:pk>/sessions/', views.Sessions.as_view()),
    ])),
]
