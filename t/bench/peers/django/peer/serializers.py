from datetime import timedelta

from django.utils.translation import get_language_from_request
from rest_framework import serializers

from .models import Khatma, Session, User
from .reading import current_streak, percentage, today


class PersonSerializer(serializers.ModelSerializer):
    class Meta:
        model = User
        fields = ['id', 'fullname']


class ProfileSerializer(serializers.ModelSerializer):
    language = serializers.SerializerMethodField()
    total_khatmas_completed = serializers.IntegerField(
        source='khatmas_completed')
    current_streak = serializers.SerializerMethodField()

    class Meta:
        model = User
        fields = ['id', 'fullname', 'email', 'gender', 'phone', 'bio',
                  'timezone', 'language', 'total_khatmas_completed',
                  'current_streak', 'longest_streak', 'date_joined']

    def get_language(self, user):
        return user.language or get_language_from_request(
            self.context['request'])

    def get_current_streak(self, user):
        return current_streak(user.streak_first_day, user.streak_last_day,
                              today(user))


class KhatmaSerializer(serializers.ModelSerializer):
    creator = PersonSerializer()
    completion_percentage = serializers.SerializerMethodField()
    end_date = serializers.SerializerMethodField()
    days_remaining = serializers.SerializerMethodField()
    is_overdue = serializers.SerializerMethodField()
    is_participant = serializers.SerializerMethodField()
    chapter_assigned = serializers.SerializerMethodField()

    class Meta:
        model = Khatma
        fields = ['id', 'name', 'description', 'khatma_type', 'division',
                  'status', 'creator', 'participants_count', 'chapters_total',
                  'chapters_completed', 'completion_percentage', 'target_days',
                  'start_date', 'end_date', 'days_remaining', 'is_overdue',
                  'is_public', 'is_participant', 'chapter_assigned',
                  'created_at', 'updated_at']

    def days(self, khatma):
        return (self.get_end_date(khatma) - self.context['today']).days

    def get_completion_percentage(self, khatma):
        return percentage(khatma.chapters_completed, khatma.chapters_total)

    def get_end_date(self, khatma):
        return khatma.start_date + timedelta(days=khatma.target_days)

    def get_days_remaining(self, khatma):
        return 0 if khatma.status == 'completed' else max(0, self.days(khatma))

    def get_is_overdue(self, khatma):
        return khatma.status != 'completed' and self.days(khatma) < 0

    def get_is_participant(self, khatma):
        return bool(khatma.mine)

    def get_chapter_assigned(self, khatma):
        return khatma.claimed[0].number if khatma.claimed else None


class NewSessionSerializer(serializers.Serializer):
    chapter_assigned = serializers.IntegerField(min_value=1)
    is_completed = serializers.ChoiceField(choices=[True], default=True)


class SessionSerializer(serializers.ModelSerializer):
    user = PersonSerializer()
    khatma = serializers.IntegerField(source='khatma_id')
    khatma_name = serializers.CharField(source='khatma.name')
    chapter_assigned = serializers.IntegerField(source='chapter')

    class Meta:
        model = Session
        fields = ['id', 'user', 'khatma', 'khatma_name', 'chapter_assigned',
                  'is_completed', 'reading_date', 'created_at']
