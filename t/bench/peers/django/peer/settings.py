"""Settings of the Django peer; what differs between runs is in the environment."""

import os

SECRET_KEY = os.environ['JWT_KEY']
JWT_KEY = os.environ['JWT_KEY']
JUZ_FILE = os.environ['JUZ_FILE']

DEBUG = False
ALLOWED_HOSTS = ['*']
ROOT_URLCONF = 'peer.urls'
WSGI_APPLICATION = 'peer.wsgi.application'
INSTALLED_APPS = ['rest_framework', 'peer']
MIDDLEWARE = [
    'django.middleware.security.SecurityMiddleware',
    'django.middleware.common.CommonMiddleware',
]

DATABASES = {
    'default': {
        'ENGINE': 'django.db.backends.mysql',
        'NAME': os.environ['DB_NAME'],
        'USER': os.environ['DB_USER'],
        'PASSWORD': os.environ['DB_PASSWORD'],
        'HOST': os.environ['DB_SOCKET'],
        'CONN_MAX_AGE': None,
        'OPTIONS': {
            'charset': 'utf8mb4',
            'isolation_level': 'read committed',
        },
    },
}
DEFAULT_AUTO_FIELD = 'django.db.models.BigAutoField'

LANGUAGES = [('en', 'English'), ('ar', 'Arabic')]
LANGUAGE_CODE = 'en'
USE_I18N = True
USE_TZ = True
TIME_ZONE = 'UTC'

REST_FRAMEWORK = {
    'DEFAULT_AUTHENTICATION_CLASSES': ['peer.authentication.TokenAuthentication'],
    'DEFAULT_PERMISSION_CLASSES': ['peer.authentication.SignedIn'],
    'DEFAULT_RENDERER_CLASSES': ['rest_framework.renderers.JSONRenderer'],
    'DEFAULT_PARSER_CLASSES': ['rest_framework.parsers.JSONParser'],
    'DEFAULT_PAGINATION_CLASS': 'rest_framework.pagination.PageNumberPagination',
    'PAGE_SIZE': 20,
    'UNAUTHENTICATED_USER': None,
}
