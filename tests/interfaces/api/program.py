"""A program that holds a person's key: what the tests of the API speak with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.test import Client

from jiandi.record.accounts import actions as accounts
from jiandi.record.accounts.models import User
from tests.builders import as_actor

ROOT = "/api/v1"


def key_of(user: User, scopes: str = "read write", days: int = 90) -> str:
    return accounts.make_token(actor=as_actor(user), user=user, label="程序", scopes=scopes, days=days)


@dataclass
class Program:
    """Sends JSON under one key; ``etag`` becomes If-Match."""

    key: str

    def get(self, path: str, **query: Any) -> Any:
        return Client().get(ROOT + path, query, headers=self._headers())

    def post(self, path: str, body: Any = None, etag: object = None) -> Any:
        more = {} if etag is None else {"If-Match": f'"{etag}"'}
        return Client().post(ROOT + path, body or {}, content_type="application/json", headers={**self._headers(), **more})

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}", "Accept-Language": "en"}


def program(user: User) -> Program:
    return Program(key_of(user))
