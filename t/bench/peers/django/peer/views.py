from datetime import timedelta

from django.db.models import Prefetch, Sum
from rest_framework import generics, status
from rest_framework.response import Response
from rest_framework.views import APIView

from . import reading
from .models import Chapter, Khatma, Membership
from .serializers import (KhatmaSerializer, NewSessionSerializer,
                          ProfileSerializer, SessionSerializer)


class Constant(APIView):
    authentication_classes = []
    permission_classes = []

    def get(self, request):
        return Response({'status': 'ok'})


class Profile(generics.RetrieveAPIView):
    serializer_class = ProfileSerializer

    def get_object(self):
        return self.request.user


class Statistics(APIView):
    """Counts each time, as such programs are mostly written."""

    def get(self, request):
        user = request.user
        today = reading.today(user)
        completed_sessions = user.sessions.filter(is_completed=True)
        days = reading.days_of(user)
        streak = reading.streak_of(days)
        total = user.memberships.count()
        completed = Chapter.objects.filter(
            reader=user, state='completed', khatma__status='completed',
            khatma__memberships__user=user,
        ).values('khatma').distinct().count()
        month = completed_sessions.filter(
            local_day__range=(today - timedelta(days=29), today)).count()
        participants = Khatma.objects.filter(creator=user).aggregate(
            n=Sum('participants_count'))['n']
        return Response({
            'total_khatmas': total,
            'completed_khatmas': completed,
            'total_chapters_read': completed_sessions.count(),
            'current_streak': reading.current_streak(
                streak.first, streak.last, today),
            'achievements_count': user.achievements.count(),
            'completion_rate': reading.percentage(completed, total),
            'average_daily_chapters': (month * 20 + 30) // 60 / 10,
            'longest_streak': streak.longest,
            'distinct_chapters_read': reading.juz_of(user),
            'total_participants': participants or 0,
        })


class Khatmas(generics.ListAPIView):
    serializer_class = KhatmaSerializer

    def get_serializer_context(self):
        return {**super().get_serializer_context(),
                'today': reading.today(self.request.user)}

    def get_queryset(self):
        user = self.request.user
        # Not annotations: the page's COUNT(*) would carry them for each row.
        mine = Prefetch('memberships', Membership.objects.filter(user=user),
                        to_attr='mine')
        claimed = Prefetch(
            'chapters', Chapter.objects.filter(
                reader=user, state='claimed').order_by('number'),
            to_attr='claimed')
        return Khatma.objects.filter(is_public=True).select_related(
            'creator').prefetch_related(mine, claimed).order_by(
                '-created_at', '-id')


class Sessions(APIView):
    def post(self, request, pk):
        fields = NewSessionSerializer(data=request.data)
        fields.is_valid(raise_exception=True)
        session, created = reading.record(
            request.user, pk, fields.validated_data['chapter_assigned'])
        return Response(
            SessionSerializer(session).data,
            status=status.HTTP_201_CREATED if created else status.HTTP_200_OK)
