"""A chapter is read: one transaction, and what is derived from the log."""

import csv
from collections import namedtuple
from datetime import timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import OperationalError, transaction
from django.utils import timezone
from rest_framework.exceptions import (NotFound, PermissionDenied,
                                       ValidationError)

from .models import (Achievement, Chapter, Khatma, Membership, Notification,
                     Session, User)

DEADLOCK = 1213
ATTEMPTS = 3
JUZ = 30

Streak = namedtuple('Streak', 'first last longest densest')


def today(user):
    return timezone.now().astimezone(ZoneInfo(user.timezone)).date()


def percentage(part, whole):
    """In percent with one decimal, half up; 100.0 only when nothing is open."""
    if whole == 0:
        return 0.0
    tenths = (part * 2000 + whole) // (2 * whole)
    return (min(tenths, 999) if part < whole else tenths) / 10


def current_streak(first, last, today):
    if last is None or last < today - timedelta(days=1):
        return 0
    return (last - first).days + 1


def days_of(user):
    return list(user.sessions.filter(
        is_completed=True, counts_day=True,
    ).order_by('local_day').values_list('local_day', flat=True).distinct())


def streak_of(days):
    """The latest run, the longest, and the most days within 28."""
    first = oldest = longest = densest = 0
    for i, day in enumerate(days):
        if i > 0 and day != days[i - 1] + timedelta(days=1):
            first = i
        while (day - days[oldest]).days >= 28:
            oldest += 1
        longest = max(longest, (day - days[first]).days + 1)
        densest = max(densest, i - oldest + 1)
    if not days:
        return Streak(None, None, 0, 0)
    return Streak(days[first], days[-1], longest, densest)


def juz_bounds():
    """For each division the chapters of each juz."""
    with open(settings.JUZ_FILE, encoding='utf-8') as file:
        rows = list(csv.DictReader((line for line in file if line[0] != '#'),
                                   delimiter='\t'))

    def parts(n):
        return [range(i * n + 1, (i + 1) * n + 1) for i in range(JUZ)]

    def columns(first, last):
        return [range(int(row[first]), int(row[last]) + 1) for row in rows]

    return {'juz': parts(1), 'hizb': parts(2), 'rub': parts(8),
            'surah': columns('from_surah', 'to_surah'),
            'page': columns('first_page', 'last_page')}


BOUNDS = juz_bounds()


def juz_of(user):
    """How many juz were read: in one division, all chapters that touch it."""
    read = set(user.sessions.filter(is_completed=True).values_list(
        'division', 'chapter').distinct())
    divisions = {division for division, _ in read}
    return sum(
        any(all((division, chapter) in read for chapter in BOUNDS[division][n])
            for division in divisions)
        for n in range(JUZ))


def record(user, khatma_id, number):
    """The session, and whether it is a new one."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return complete(user, khatma_id, number)
        except OperationalError as error:
            if error.args[0] != DEADLOCK or attempt == ATTEMPTS:
                raise


def complete(user, khatma_id, number):
    try:
        khatma = Khatma.objects.select_for_update().get(pk=khatma_id)
    except Khatma.DoesNotExist as error:
        raise NotFound(code='khatma_not_found') from error
    chapters = Chapter.objects.filter(khatma=khatma, number=number)
    chapter = chapters.first()
    refuse_others(user, khatma, chapter)

    now = timezone.now()
    session = Session.objects.filter(
        khatma=khatma, chapter=number, user=user, is_completed=False).first()
    created = session is None
    if created:
        session = Session(khatma=khatma, chapter=number, user=user,
                          division=khatma.division)
    session.user = user
    session.khatma = khatma
    session.is_completed = session.counts_day = True
    session.reading_date = now
    session.local_day = today(user)
    session.save()
    chapters.update(
        state='completed', reader=user, claimed_at=chapter.claimed_at or now,
        completed_at=now, completed_day=session.local_day,
        session_id=session.pk)
    Notification.objects.bulk_create([
        Notification(
            user_id=to, notification_type='chapter_completed',
            once_key=f'chapter_completed:{khatma.pk}:{number}:{user.pk}',
            khatma=khatma, actor=user, chapter=number, session_id=session.pk)
        for to in {user.pk, khatma.creator_id}], ignore_conflicts=True)
    follow_reader(user.pk, khatma, session)
    khatma.chapters_completed = khatma.chapters.filter(
        state='completed').count()
    khatma.chapters_free = khatma.chapters.filter(state='free').count()
    khatma.save(update_fields=['chapters_completed', 'chapters_free',
                               'updated_at'])
    return session, created


def refuse_others(user, khatma, chapter):
    """What is no ordinary chapter, the one that completes a khatma among it."""
    if not Membership.objects.filter(khatma=khatma, user=user).exists():
        raise PermissionDenied(
            code='members_only' if khatma.is_public else 'forbidden')
    if khatma.status != 'active':
        raise ValidationError(code=f'khatma_{khatma.status}')
    if chapter is None:
        raise ValidationError(code='validation_error')
    if chapter.state == 'completed':
        raise ValidationError(code='chapter_completed')
    if chapter.state == 'claimed' and chapter.reader_id != user.pk:
        raise ValidationError(code='chapter_taken')
    if khatma.chapters_completed + 1 == khatma.chapters_total:
        raise ValidationError(code='last_chapter')


def follow_reader(user_id, khatma, session):
    """What is kept of the reader, and what it earns."""
    user = User.objects.select_for_update().get(pk=user_id)
    streak = streak_of(days_of(user))
    user.streak_first_day = streak.first
    user.streak_last_day = streak.last
    user.longest_streak = streak.longest
    user.juz_read = juz_of(user)
    user.chapters_read = user.sessions.filter(is_completed=True).count()
    user.save(update_fields=['streak_first_day', 'streak_last_day',
                             'longest_streak', 'juz_read', 'chapters_read'])
    earned = {
        'streak_7': streak.longest >= 7,
        'streak_30': streak.longest >= 30,
        'chapter_master': user.juz_read == JUZ,
        'consistent_reader': streak.densest >= 20,
    }
    has = set(user.achievements.values_list('achievement_type', flat=True))
    for kind in earned:
        if earned[kind] and kind not in has:
            award(user, kind, khatma, session)


def award(user, kind, khatma, session):
    Achievement.objects.create(
        user=user, achievement_type=kind, khatma=khatma,
        khatma_name=khatma.name, session_id=session.pk)
    Notification.objects.create(
        user=user, notification_type='achievement_earned',
        once_key=f'achievement_earned:{kind}', khatma=khatma,
        achievement_type=kind, session_id=session.pk)
