"""The tables of the service. It makes and migrates them; we use them."""

from django.db import models


class User(models.Model):
    fullname = models.CharField(max_length=100)
    email = models.CharField(max_length=254)
    password_changed_at = models.DateTimeField()
    gender = models.CharField(max_length=8)
    phone = models.CharField(max_length=32)
    bio = models.CharField(max_length=500)
    timezone = models.CharField(max_length=64)
    language = models.CharField(max_length=2, null=True)
    date_joined = models.DateTimeField()
    chapters_read = models.IntegerField()
    juz_read = models.SmallIntegerField()
    streak_first_day = models.DateField(null=True)
    streak_last_day = models.DateField(null=True)
    longest_streak = models.IntegerField()
    khatmas_completed = models.IntegerField()

    is_authenticated = True

    class Meta:
        managed = False
        db_table = 'users'


class Login(models.Model):
    user = models.ForeignKey(User, models.DO_NOTHING)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = 'logins'


class Khatma(models.Model):
    creator = models.ForeignKey(User, models.DO_NOTHING)
    name = models.CharField(max_length=200)
    description = models.CharField(max_length=2000)
    khatma_type = models.CharField(max_length=7)
    division = models.CharField(max_length=5)
    status = models.CharField(max_length=9)
    is_public = models.BooleanField()
    target_days = models.SmallIntegerField()
    start_date = models.DateField()
    participants_count = models.IntegerField()
    chapters_total = models.SmallIntegerField()
    chapters_completed = models.SmallIntegerField()
    chapters_free = models.SmallIntegerField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        managed = False
        db_table = 'khatmas'


# The next two have primary keys of two columns, which Django does not know:
# their rows are found and changed by filter().

class Chapter(models.Model):
    khatma = models.ForeignKey(Khatma, models.DO_NOTHING, primary_key=True,
                               related_name='chapters')
    number = models.SmallIntegerField()
    state = models.CharField(max_length=9)
    reader = models.ForeignKey(User, models.DO_NOTHING, null=True)
    claimed_at = models.DateTimeField(null=True)
    completed_at = models.DateTimeField(null=True)
    completed_day = models.DateField(null=True)
    session_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = 'chapters'


class Membership(models.Model):
    khatma = models.ForeignKey(Khatma, models.DO_NOTHING, primary_key=True,
                               related_name='memberships')
    user = models.ForeignKey(User, models.DO_NOTHING,
                             related_name='memberships')

    class Meta:
        managed = False
        db_table = 'memberships'


class Session(models.Model):
    user = models.ForeignKey(User, models.DO_NOTHING, related_name='sessions')
    khatma = models.ForeignKey(Khatma, models.DO_NOTHING)
    division = models.CharField(max_length=5)
    chapter = models.SmallIntegerField()
    is_completed = models.BooleanField()
    reading_date = models.DateTimeField()
    local_day = models.DateField()
    counts_day = models.BooleanField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        managed = False
        db_table = 'sessions'


class Achievement(models.Model):
    user = models.ForeignKey(User, models.DO_NOTHING,
                             related_name='achievements')
    achievement_type = models.CharField(max_length=32)
    khatma = models.ForeignKey(Khatma, models.DO_NOTHING, null=True)
    khatma_name = models.CharField(max_length=200)
    session_id = models.BigIntegerField()
    earned_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        managed = False
        db_table = 'achievements'


class Notification(models.Model):
    user = models.ForeignKey(User, models.DO_NOTHING, related_name='+')
    notification_type = models.CharField(max_length=32)
    once_key = models.CharField(max_length=100)
    khatma = models.ForeignKey(Khatma, models.DO_NOTHING, null=True)
    actor = models.ForeignKey(User, models.DO_NOTHING, null=True,
                              related_name='+')
    chapter = models.SmallIntegerField(null=True)
    achievement_type = models.CharField(max_length=32, null=True)
    session_id = models.BigIntegerField(null=True)
    is_read = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        managed = False
        db_table = 'notifications'
