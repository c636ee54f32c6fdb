"""Who asks: the service's access token, and the row of its user."""

import base64
import hashlib
import time

import jwt
from django.conf import settings
from rest_framework.authentication import (BaseAuthentication,
                                           get_authorization_header)
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission

from .models import Login, User

LEEWAY = 30


def token_header(key):
    """The header of the service's own tokens, in which the key is named."""
    kid = hashlib.sha256(b'khatma-kid:' + key.encode()).hexdigest()[:16]
    text = '{"alg":"HS256","kid":"%s","typ":"JWT"}' % kid
    return base64.urlsafe_b64encode(text.encode()).rstrip(b'=')


HEADER = token_header(settings.JWT_KEY)


class TokenAuthentication(BaseAuthentication):
    def authenticate_header(self, request):
        return 'Bearer'

    def authenticate(self, request):
        words = get_authorization_header(request).split()
        if len(words) != 2 or words[0].lower() != b'bearer':
            return None
        claims = self.claims(words[1])
        user = self.user(claims)
        if user is None:
            raise AuthenticationFailed(code='token_invalid')
        return user, claims

    def claims(self, token):
        if token.split(b'.')[0] != HEADER:
            raise AuthenticationFailed(code='token_invalid')
        try:
            claims = jwt.decode(
                token, settings.JWT_KEY, algorithms=['HS256'],
                options={'verify_iat': False, 'verify_nbf': False, 'require': [
                    'token_type', 'exp', 'iat', 'jti', 'user_id']})
        except jwt.InvalidTokenError as error:
            raise AuthenticationFailed(code='token_invalid') from error
        soon = time.time() + LEEWAY
        if (claims['token_type'] != 'access' or 'iss' in claims or
                claims['iat'] > soon or claims.get('nbf', 0) > soon):
            raise AuthenticationFailed(code='token_invalid')
        return claims

    def user(self, claims):
        if 'sid' in claims:
            login = Login.objects.select_related('user').filter(
                pk=claims['sid'], user=claims['user_id'],
                revoked_at=None).first()
            return login and login.user
        user = User.objects.filter(pk=claims['user_id']).first()
        if user and claims['iat'] < int(user.password_changed_at.timestamp()):
            return None
        return user


class SignedIn(BasePermission):
    def has_permission(self, request, view):
        return request.user is not None
