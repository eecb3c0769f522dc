import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chanji_dualrandom.settings")
site = get_wsgi_application()

from disclosure.public.door import FrontDoor  # noqa: E402  (needs the settings)

application = FrontDoor(site)
